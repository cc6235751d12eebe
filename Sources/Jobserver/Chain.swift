/// A doubly linked list of members, oldest first.
///
/// The links live in a table that several chains may share, so that any member can leave at once and nothing
/// is allocated.
struct Chain {
    private(set) var first: Int32 = -1
    private(set) var last: Int32 = -1

    var isEmpty: Bool { first < 0 }

    /// How many members it has, by walking it.
    func count(_ links: Links) -> Int {
        var count = 0
        var member = first
        while member >= 0 {
            count += 1
            member = links[member].next
        }
        return count
    }

    mutating func append(_ member: Int32, _ links: inout Links) {
        links[member] = Link(previous: last, next: -1, isLinked: true)
        if last >= 0 { links[last].next = member } else { first = member }
        last = member
    }

    /// Takes a member out, if it is in.
    mutating func remove(_ member: Int32, _ links: inout Links) {
        let old = links[member]
        guard old.isLinked else { return }
        if old.previous >= 0 { links[old.previous].next = old.next } else { first = old.next }
        if old.next >= 0 { links[old.next].previous = old.previous } else { last = old.previous }
        links[member] = Link()
    }
}

/// A member's neighbours; -1 at the ends.
struct Link {
    var previous: Int32 = -1
    var next: Int32 = -1
    var isLinked = false
}

/// The neighbours of every member that may be in a chain.
struct Links {
    private var table: [Link] = []

    subscript(member: Int32) -> Link {
        get { member >= 0 && member < table.count ? table[Int(member)] : Link() }
        _modify {
            while table.count <= member { table.append(Link()) }
            yield &table[Int(member)]
        }
    }
}
