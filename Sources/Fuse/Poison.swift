#if DEBUG
    internal import Linux

    /// A request that ends the server that decides it: `_STEVE_POISON` in the environment says what is in it.
    ///
    /// For tests of takeovers; no installed program has it.
    enum Poison {
        private static let text = Array((Environment.current["_STEVE_POISON"] ?? "").utf8)

        /// Ends this process if the frame has it.
        static func taste(_ frame: UnsafeRawBufferPointer) {
            guard !text.isEmpty, frame.count >= text.count else { return }
            for start in 0...(frame.count - text.count) {
                // Safe: the range is inside of the frame, by the loop's bounds.
                if unsafe frame[start..<(start + text.count)].elementsEqual(text) {
                    fatalError("poison")
                }
            }
        }
    }
#endif
