/** The swarm as the picked peer, or all of a local run, know it: nodes and edges without positions. */
import { heardAgo, knownPeers, memberState, pickedPeer } from './model.js'

const median = (values) => {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b)
  return sorted.length === 0 ? null : sorted[sorted.length >> 1]
}

const ofMember = (model, member) => ({
  name: member.name,
  role: member.role,
  round: member.round,
  loss: member.loss,
  state: memberState(model, member),
  agreement: member.agreement,
  heardAgo: heardAgo(model, member),
  sent: member.bytesSent,
  received: member.bytesReceived,
  addresses: member.addresses,
  wanted: member.wanted,
  path: member.path,
  refused: member.refused,
  how: model.ended.get(member.name) ?? (member.left ? 'it has said goodbye' : null)
})

/** A peer of a local run speaks for itself. */
const ofPeer = (model, { status }, seen) => ({
  name: status.self,
  role: status.role,
  round: status.round,
  loss: status.loss,
  state: model.ended.has(status.self) ? 'silent' : (seen?.state ?? 'heard'),
  agreement: seen?.agreement ?? 'agrees',
  heardAgo: seen?.heardAgo ?? 0,
  sent: seen?.sent ?? null,
  received: seen?.received ?? null,
  addresses: status.addresses,
  wanted: seen?.wanted ?? false,
  path: seen?.path ?? null,
  refused: seen?.refused ?? null,
  how: model.ended.get(status.self) ?? null
})

const collectEdges = (model, peers, nodes, picked) => {
  const edges = new Map()
  const add = (a, b, relayed = false) => {
    if (a === b || nodes.get(a)?.state === 'silent' || nodes.get(b)?.state === 'silent') return
    const own = a === picked || b === picked
    const key = a < b ? `${a} ${b}` : `${b} ${a}`
    if (!edges.has(key)) edges.set(key, { key, from: a, to: b, own, relayed })
  }
  const bySuffix = new Map([...nodes.keys()].map((name) => [name.slice(-8), name]))
  for (const { status, members } of peers) {
    for (const member of members.values()) {
      if (member.link === 'up') {
        add(status.self, member.name, member.path?.kind === 'relayed')
      }
    }
  }
  for (const member of model.peers.get(picked).members.values()) {
    // What its own status says is newer than what others have heard of it.
    if (model.peers.get(member.name)?.status != null) continue
    for (const suffix of member.links) {
      const other = bySuffix.get(suffix)
      // Its word is not taken for our own links.
      if (other !== undefined && other !== picked) add(member.name, other)
    }
  }
  return [...edges.values()]
}

/** Null before anything is known. The picked peer comes first. */
export const swarmView = (model) => {
  const picked = pickedPeer(model)
  if (picked === null) return null
  const { self, role, done, medianRound } = picked.status
  const nodes = new Map()
  nodes.set(self, { ...ofPeer(model, picked), self: true, agreement: 'agrees' })
  for (const member of picked.members.values()) nodes.set(member.name, ofMember(model, member))
  const peers = knownPeers(model)
  for (const peer of peers) {
    const name = peer.status.self
    if (name !== self) nodes.set(name, ofPeer(model, peer, nodes.get(name)))
  }
  // Where a run does not end with a round, each peer counts its own; a bootstrap peer cannot tell.
  const compares = done === null && role !== 'bootstrap'
  const middle = compares
    ? (medianRound ?? median([...nodes.values()].map(({ round }) => round)))
    : null
  for (const node of nodes.values()) {
    node.behind = node.round === null || middle === null ? null : middle - node.round
  }
  const list = [...nodes.values()]
  const own = nodes.get(self)
  if (own.state !== 'silent') own.state = 'self'
  const edges = collectEdges(model, peers, nodes, self)
  const degrees = new Map()
  for (const { from, to } of edges) {
    degrees.set(from, (degrees.get(from) ?? 0) + 1)
    degrees.set(to, (degrees.get(to) ?? 0) + 1)
  }
  for (const node of list) node.degree = degrees.get(node.name) ?? 0
  return { nodes: list, edges, self }
}

export const STATE_WORDS = {
  self: 'this peer',
  linked: 'linked',
  heard: 'heard of',
  silent: 'silent'
}
