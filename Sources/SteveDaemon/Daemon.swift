internal import Jobserver
