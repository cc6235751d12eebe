/// What a parser makes of a text.
///
/// The macros of the tests cannot carry a span themselves.
func parse<Value>(_ text: String, _ parser: (Span<UInt8>) -> Value) -> Value {
    parse(text.utf8, parser)
}

/// The same for bytes that are no text.
func parse<Value>(_ bytes: some Collection<UInt8>, _ parser: (Span<UInt8>) -> Value) -> Value {
    let array = Array(bytes)
    return parser(array.span)
}
