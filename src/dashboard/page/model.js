/** What the page knows: of each peer its status, curve and recent figures, kept up by the event stream. */

/** Five minutes of a figure each second. */
const MAX_SAMPLES = 300
const MAX_POINTS = 4000
/** Members without a link count as silent after this: four announcements. Large swarms announce less often. */
const SILENT_SECONDS = 8
const SILENT_SECONDS_PER_MEMBER = 6 / 16

const emptyPeer = () => ({ status: null, members: new Map(), points: [], samples: [] })

export const createModel = () => ({
  peers: new Map(),
  ended: new Map(),
  picked: null,
  /** Their clock minus ours, milliseconds. */
  skew: 0,
  lastAt: 0
})

const peerOf = (model, name) => {
  if (!model.peers.has(name)) model.peers.set(name, emptyPeer())
  return model.peers.get(name)
}

const sample = (peer) => {
  const { at, bytes, time } = peer.status
  const row = {
    at: Date.parse(at) / 1000,
    up: bytes.upRate,
    down: bytes.downRate,
    compute: time.computeSeconds,
    uptime: time.uptimeSeconds
  }
  if (peer.samples.at(-1)?.at === row.at) return
  peer.samples.push(row)
  if (peer.samples.length > MAX_SAMPLES) peer.samples.shift()
}

const heardNow = (model, status) => {
  model.skew = Date.parse(status.at) - Date.now()
  model.lastAt = Date.now()
}

export const takeStatus = (model, { members, ...status }) => {
  const peer = peerOf(model, status.self)
  peer.status = status
  peer.members = new Map(Object.entries(members))
  model.picked ??= status.self
  sample(peer)
  heardNow(model, status)
}

export const takeState = (model, { statuses, curves, ended }) => {
  const { picked } = model
  model.peers.clear()
  model.ended = new Map(Object.entries(ended))
  model.picked = statuses.some(({ self }) => self === picked) ? picked : null
  for (const status of statuses) takeStatus(model, status)
  for (const { peer, points } of curves) peerOf(model, peer).points = points
}

export const takeChange = (model, { peer: name, set, members, gone }) => {
  const peer = peerOf(model, name)
  if (peer.status === null) return
  Object.assign(peer.status, set)
  for (const other of gone) peer.members.delete(other)
  for (const [other, fields] of Object.entries(members)) {
    peer.members.set(other, { ...peer.members.get(other), ...fields })
  }
  sample(peer)
  heardNow(model, peer.status)
}

export const takePoint = (model, { peer: name, point }) => {
  const { points } = peerOf(model, name)
  points.push(point)
  // Every other one of the older half: the shape stays.
  if (points.length > MAX_POINTS) {
    const half = points.splice(0, points.length >> 1)
    points.unshift(...half.filter((_, index) => index % 2 === 0))
  }
}

export const takeEnded = (model, { peer, how }) => {
  model.ended.set(peer, how)
}

/** Of those that have said something, in their order. */
export const knownPeers = (model) =>
  [...model.peers.values()].filter(({ status }) => status !== null)

export const pickedPeer = (model) => {
  const peer = model.peers.get(model.picked)
  return peer?.status == null ? null : peer
}

/** By the peer's clock, milliseconds. Stands still while nothing is heard of it. */
export const nowOf = (model) => {
  const quiet = Date.now() - model.lastAt
  return (quiet > 15_000 ? model.lastAt : Date.now()) + model.skew
}

export const heardAgo = (model, member) =>
  member.heardAt === null ? null : Math.max(0, (nowOf(model) - member.heardAt) / 1000)

/** linked: a link is up; heard: it says of itself that it lives; silent: neither. */
export const memberState = (model, member) => {
  if (model.ended.has(member.name) || member.left) return 'silent'
  if (member.link === 'up') return 'linked'
  const ago = heardAgo(model, member)
  const members = pickedPeer(model)?.members.size ?? 0
  const patience = Math.max(SILENT_SECONDS, SILENT_SECONDS_PER_MEMBER * members)
  return ago !== null && ago <= patience ? 'heard' : 'silent'
}
