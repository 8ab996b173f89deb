/** What becomes of messages that are about to be handled: the mishaps that a network or a stalled process brings. */
import type {
  Effect,
  Kinds,
  Milliseconds,
  PeerName,
  Protocol,
  ProtocolEvent,
  Strategy
} from '../../src/strategy/strategy.ts'

/**
 * late: after the next event; never: lost although the link stays up, which is more than TCP does to
 * anyone; stalls: the peer is frozen for a while, and then handles all that has come meanwhile.
 */
export type Fate = 'comes' | 'never' | 'twice' | 'late' | { readonly stallsMs: number }

export type Decide = (
  to: PeerName,
  from: PeerName,
  message: Kinds['message'],
  now: Milliseconds
) => Fate

/** Sees to what befalls the messages to `self`. `handle`: its protocol half. */
export const withFates = (
  self: PeerName,
  decide: Decide,
  handle: Protocol<Kinds>['handle']
): Protocol<Kinds> => {
  const late: ProtocolEvent<Kinds>[] = []
  let frozenUntil = 0
  const fateOf = (event: ProtocolEvent<Kinds>, now: Milliseconds): Fate =>
    event.type === 'received' ? decide(self, event.from, event.message, now) : 'comes'
  return {
    handle: (event, now): readonly Effect<Kinds>[] => {
      const fate = fateOf(event, now)
      if (fate === 'never') return []
      if (typeof fate === 'object') {
        frozenUntil = now + fate.stallsMs
        late.push(event)
        return [{ type: 'timer', name: 'thaw', after: fate.stallsMs }]
      }
      const isThaw = event.type === 'timer' && event.name === 'thaw'
      if ((now < frozenUntil && !isThaw) || fate === 'late') {
        late.push(event)
        return []
      }
      // What came to a frozen peer comes in its order, and nothing comes from a link that is known to be down.
      const inOrder = frozenUntil > 0 || (event.type === 'link' && event.state === 'down')
      frozenUntil = 0
      const held = late.splice(0)
      const arrived = [event, ...(fate === 'twice' ? [event] : [])]
      const events = inOrder ? [...held, ...arrived] : [...arrived, ...held]
      return events.flatMap((one) => handle(one, now))
    }
  }
}

/** A strategy whose peers' messages have such fates. */
export const fated = (strategy: Strategy<Kinds>, decide: Decide): Strategy<Kinds> => ({
  ...strategy,
  protocol: (components) => {
    const half = strategy.protocol(components)
    return withFates(components.self, decide, (event, now) => half.handle(event, now))
  }
})
