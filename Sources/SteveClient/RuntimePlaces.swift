package import Linux
internal import SystemPackage
internal import Wire

/// The directories where this process looks for a daemon, and puts one.
package struct RuntimePlaces {
    private let places: [RuntimeDirectory.Place]

    package init(_ environment: [String: String]) {
        places = RuntimeDirectory.places(
            environment: environment,
            user: User.outside,
            isRoot: User.effective == 0
        )
    }

    /// A place where a socket may be, and why this program does not look there; nil: it does.
    package struct Candidate {
        package let directory: String
        package let flaw: SafeFolder.Flaw?
    }

    /// All of them, in their order.
    package var candidates: [Candidate] {
        places.map { place in
            do throws(SafeFolder.Flaw) {
                try folder(place).check()
                return Candidate(directory: place.path, flaw: nil)
            } catch {
                return Candidate(directory: place.path, flaw: error)
            }
        }
    }

    /// The first place in which a daemon can be put, made if it does not exist, and a sentence for each
    /// expected place that cannot be used.
    func own() throws(LaunchFailure) -> (directory: String, notes: [String]) {
        do throws(SafeFolder.Flaw) {
            let (index, flaws) = try SafeFolder.first(places.map(folder))
            let notes = zip(places, flaws).filter { $0.0.isExpected || $0.1 == .closed }.map {
                "cannot use \($0.path): \($1); using \(places[index].path)"
            }
            return (places[index].path, notes)
        } catch {
            throw .noDirectory(path: places.last?.path ?? "", "\(error)")
        }
    }

    private func folder(_ place: RuntimeDirectory.Place) -> SafeFolder {
        SafeFolder(place.path, mode: place.mode, parent: place.parent)
    }
}
