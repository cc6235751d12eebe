/// Processes that read without waiting: when refused, they will try again when a job of their own ends.
extension TokenPool {
    /// A read that does not wait found no token.
    ///
    /// One that polls (edge-triggered, it polls no more until it is woken) waits for that; any other is
    /// remembered for a while.
    mutating func refuse(_ client: Int32, through file: Int32, at now: MonotonicTime) {
        switch accounts.clients[client].manner {
        case .polls: parkPoll(of: client, on: file, at: now)
        case .unknown: retry(client, Retrier(file: file), wanting: 1, at: now)
        case .retries(var retrier):
            retrier.file = file
            // It did try: when it gives back again it is not at its end.
            retrier.hasReturned = false
            retry(client, retrier, wanting: 1, at: now)
        }
    }

    /// A non-blocking waiter has returned a token: one of its jobs has ended, and it will try now.
    ///
    /// A waiter that returned one before and did not try then is at its end.
    mutating func returned(by client: Int32, at now: MonotonicTime) {
        let account = accounts.clients[client]
        guard case .retries(var retrier) = account.manner else { return }
        guard !retrier.hasReturned else {
            return accounts.change(client) { client, _ in
                client.manner = .unknown
                client.endRetry()
            }
        }
        retrier.hasReturned = true
        let returns = account.returns + 1
        accounts.change(client) { client, _ in client.returns = returns }
        if returns % 8 != 0 {
            // First among its equals: to take the same token again costs nothing, to get another one later
            // leaves that idle until it tries. Every eighth time it queues like everybody, so that it does
            // not keep for good what is somebody else's turn.
            retrier.place = accounts.newFirst()
            accounts.noteTurn(of: account.build, 0)
        }
        guard case .retry(let retry) = account.demand else {
            return self.retry(client, retrier, wanting: 1, at: now)
        }
        self.retry(client, retrier, wanting: retry.wanted + 1, reserved: retry.reserved, at: now)
    }

    /// From now on, and for a while, it counts as waiting.
    private mutating func retry(
        _ client: Int32,
        _ retrier: Retrier,
        wanting wanted: Int,
        reserved: Int = 0,
        at now: MonotonicTime
    ) {
        // Forgotten and refused again without a token in between, it keeps its place, as one who polls does.
        let place = retrier.place ?? accounts.newAge()
        var retrier = retrier
        retrier.place = place
        let retry = Retry(
            file: retrier.file,
            place: place,
            until: now + limits.retryNanoseconds,
            wanted: wanted,
            reserved: reserved
        )
        accounts.change(client) { client, _ in
            client.manner = .retries(retrier)
            client.demand = .retry(retry)
        }
    }
}

extension Client {
    /// It will not try again.
    mutating func endRetry() {
        if case .retry = demand { demand = .none }
    }

    /// It reads, and is granted a token: one that was reserved for it, if there is one.
    ///
    /// `age` is the place in the queue for what it wants besides.
    mutating func spendReservation(_ age: UInt64) {
        if case .retries(var retrier) = manner {
            retrier.hasReturned = false
            retrier.place = nil
            manner = .retries(retrier)
        }
        switch demand {
        case .none, .poll, .penalty: break
        case .reservation: demand = .none
        case .retry(var retry):
            guard retry.wanted > 1 else { return demand = .none }
            retry.wanted -= 1
            retry.reserved = max(0, retry.reserved - 1)
            retry.place = age
            demand = .retry(retry)
            if case .retries(var retrier) = manner {
                retrier.place = age
                manner = .retries(retrier)
            }
        }
    }
}
