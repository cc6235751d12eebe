/// Counters since the pool began; they only grow.
package struct Totals: Equatable, Sendable {
    /// Tokens given out.
    package var granted = 0
    /// Tokens written back by their holder, or by another process on its behalf.
    package var returned = 0
    /// Tokens taken back from processes that ended, or whose reply did not arrive.
    package var reclaimed = 0
    /// Implicit slots that were lent.
    package var lent = 0
    /// Bytes written that stood for no token.
    package var dropped = 0

    /// Nothing has happened.
    package init() {}
}
