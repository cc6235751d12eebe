internal import TestKit
internal import Testing

/// What a test needs: where that is missing, the test is skipped, with the reason, and counted as skipped.
extension Trait where Self == ConditionTrait {
    /// A make that takes tokens.
    static var needsMake: Self {
        .enabled(if: Tools.obstacleToMake == nil, Comment(rawValue: Tools.obstacleToMake ?? ""))
    }

    /// A program that `scripts/deps` installs.
    static func needs(_ program: String) -> Self {
        .enabled(if: Tools.find(program) != nil, "no \(program): scripts/deps installs it")
    }
}
