// SwiftPM calls an executable's main by the name of its target, while libFuzzer's own function is called
// main.
int fuzz_device_main(int argc, char **argv);
int fuzz_text_main(int argc, char **argv);
