@testable import Jobserver

extension TokenPool {
    /// The same pool a second time, for "what would happen if".
    borrowing func copy() -> TokenPool {
        var copy = TokenPool(limits: limits)
        copy.admitted = admitted
        copy.held = held
        copy.reserved = reserved
        copy.lent = lent
        copy.totals = totals
        copy.waits = waits
        copy.clients = clients
        copy.builds = builds
        copy.files = files
        copy.requests = requests
        copy.polls = polls
        copy.takings = takings
        copy.requestNumbers = requestNumbers
        copy.waiting = waiting
        copy.buildPositions = buildPositions
        copy.clientPositions = clientPositions
        copy.pollOffers = pollOffers
        copy.hungry = hungry
        copy.passedOver = passedOver
        copy.spare = spare
        copy.waitingLenders = waitingLenders
        copy.offerLinks = offerLinks
        copy.hungryLinks = hungryLinks
        copy.passedOverLinks = passedOverLinks
        copy.spareLinks = spareLinks
        copy.lenderLinks = lenderLinks
        copy.requestLinks = requestLinks
        copy.pollLinks = pollLinks
        copy.filePollLinks = filePollLinks
        copy.connectedBuilds = connectedBuilds
        copy.connectedWeight = connectedWeight
        copy.nextAge = nextAge
        copy.effects = effects
        copy.nextEffectIndex = nextEffectIndex
        return copy
    }
}
