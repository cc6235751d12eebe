extension StatusReport: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("backend", backend.rawValue)
            json.member("builds", builds)
            json.member("confinement", ifThere: confinement)
            json.member("free", free)
            json.member("gate", gate)
            json.member("held", held)
            json.member("holders", holders)
            json.member("holdersKnown", holdersKnown)
            json.member("lenders", ifThere: lenders)
            json.member("lent", lent)
            json.member("limit", limit)
            json.member("limits", limits)
            json.member("load", load)
            json.member("memory", memory)
            json.member("orphan", ifThere: orphan)
            json.member("path", path)
            json.member("reserved", reserved)
            json.member("statistics", statistics)
            json.member("takeovers", ifThere: takeovers)
            json.member("totals", totals)
            json.member("uptime", uptime)
            json.member("users", users)
            json.member("version", version)
            json.member("waiters", waiters)
            json.member("waiting", waiting)
        }
    }
}

extension StatusReport.Build: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("identity", ifThere: identity)
            json.member("label", ifThere: label)
            json.member("lent", ifThere: lent)
            json.member("oldest", ifThere: oldest)
            json.member("since", ifThere: since)
            json.member("tokens", tokens)
            json.member("waiting", waiting)
        }
    }
}

extension StatusReport.Holder: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("build", ifThere: build)
            json.member("command", command)
            json.member("pid", pid)
            json.member("since", since)
            json.member("tokens", tokens)
        }
    }
}

extension StatusReport.Lender: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("build", ifThere: build)
            json.member("command", command)
            json.member("pid", pid)
        }
    }
}

extension StatusReport.Waiter: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("build", ifThere: build)
            json.member("command", command)
            json.member("kind", kind.rawValue)
            json.member("pid", pid)
            json.member("requests", requests)
            json.member("since", since)
        }
    }
}

extension StatusReport.User: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("command", command)
            json.member("pid", pid)
            json.member("slot", slot)
        }
    }
}

extension StatusReport.Gate: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("open", open)
            json.member("rule", rule)
            json.member("text", text)
        }
    }
}

extension StatusReport.Load: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("limit", ifThere: limit)
            json.member("oneMinute", oneMinute)
        }
    }
}

extension StatusReport.Memory: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("available", available)
            json.member("limit", ifThere: limit)
        }
    }
}

extension StatusReport.Limit: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("command", command)
            json.member("pid", pid)
            json.member("since", since)
            json.member("user", ifThere: user)
            json.member("values", values)
        }
    }
}

extension StatusReport.Confinement: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("calls", calls)
            json.member("files", files)
            json.member("text", text)
        }
    }
}

extension StatusReport.Takeovers: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("count", count)
            json.member("reason", reason)
            json.member("since", since)
        }
    }
}

extension StatusReport.Totals: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("dropped", dropped)
            json.member("granted", granted)
            json.member("lent", lent)
            json.member("reclaimed", reclaimed)
            json.member("returned", returned)
        }
    }
}

extension StatusReport.Statistics: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("atLimitShare", atLimitShare)
            json.member("heldBack", heldBack)
            json.member("mean", mean)
            json.member("peak", peak)
            json.member("waitP50", ifThere: waitP50)
            json.member("waitP99", ifThere: waitP99)
        }
    }
}
