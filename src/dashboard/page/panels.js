/** Everything on the page that is words and figures. */
import { byId, create, fillFacts, setData, setText } from './dom.js'
import {
  agoText,
  bytesText,
  countText,
  durationText,
  figureText,
  percentText,
  plural,
  rateText,
  shortName,
  unbroken
} from './format.js'
import { knownPeers, nowOf } from './model.js'

/** A screen reader hears the line when something has changed for good, and else this often. */
const SPOKEN_EVERY_MS = 60_000
let spoken = { phase: '', healthy: true, at: 0 }

const speak = ({ phase, healthy, line }) => {
  const changed = phase !== spoken.phase || healthy !== spoken.healthy
  if (!changed && Date.now() - spoken.at < SPOKEN_EVERY_MS) return
  spoken = { phase, healthy, at: Date.now() }
  setText(byId('spoken'), `${phase}: ${line}`)
}

export const showHero = (model, { status }) => {
  const how = model.ended.get(status.self) ?? null
  const { swarm } = status
  setText(byId('swarm-name'), swarm.name)
  setText(byId('phase'), how === null ? status.phase : 'ended')
  setData(byId('phase'), 'phase', how === null ? status.phase : 'ended')
  setData(byId('phase'), 'ill', how === null && !status.healthy ? '' : null)
  setText(byId('who'), `${status.role} ${shortName(status.self)}`)
  byId('who').title = status.self
  setText(byId('line'), how === null ? unbroken(status.line) : `This peer has ended: ${how}`)
  const facts = [
    ...(status.healthy || how !== null ? [] : [status.reason]),
    `${status.model.name}, ${plural(status.model.parameters, 'parameter')}`,
    `${swarm.strategy} over ${swarm.topology}`,
    `computes on ${status.backend}`,
    `up ${durationText(status.time.uptimeSeconds)}`,
    `version ${status.version}`
  ]
  setText(byId('facts'), facts.join(' · '))
  speak(status)
  const title = `${how === null ? status.phase : 'ended'}, round ${status.round} · ${swarm.name}`
  if (document.title !== title) document.title = title
}

/** One line over all peers of a local run. */
export const showRun = (model) => {
  const peers = knownPeers(model)
  byId('run').hidden = peers.length < 2
  if (peers.length < 2) return
  const alive = peers.filter(({ status }) => !model.ended.has(status.self))
  const rounds = alive.map(({ status }) => status.round)
  const span =
    rounds.length === 0
      ? ''
      : ` · rounds ${countText(Math.min(...rounds))} to ${countText(Math.max(...rounds))}`
  // Each pair is seen from both sides, and peers pass a cut one after the other.
  const differing = alive.filter(({ members }) =>
    [...members.values()].some(({ agreement }) => agreement === 'differs')
  ).length
  const replicas = differing === 0 ? 'no replica differs' : `${differing} see another replica`
  const running = `${alive.length} of ${plural(peers.length, 'peer')} running`
  setText(byId('run-line'), `${running}${span} · ${replicas}`)
}

export const showAlarms = ({ status }) => {
  const place = byId('alarms')
  const wanted = status.alarms.map(({ name, since, text }) => `${name} ${since} ${text}`).join('\n')
  if (place.dataset.shown === wanted) return
  place.dataset.shown = wanted
  place.replaceChildren(
    ...status.alarms.map(({ name, severity, text, remedy, since }) => {
      const time = new Date(since).toLocaleString()
      const head = create('p', { textContent: `${text} ` }, [])
      head.append(create('span', { className: 'since', textContent: `${name}, since ${time}` }))
      const card = create('div', { className: 'alarm' }, [
        head,
        create('p', { textContent: remedy })
      ])
      card.dataset.severity = severity
      return card
    })
  )
}

const agreementOf = ({ members }) => {
  const counts = { agrees: 0, differs: 0, unknown: 0 }
  for (const { agreement } of members.values()) counts[agreement]++
  return counts
}

const behindText = ({ round, medianRound }) => {
  if (medianRound === null) return ['no other peer is heard', false]
  const behind = medianRound - round
  if (behind === 0) return ['level with the median', false]
  return behind > 0
    ? [`${plural(behind, 'round')} behind the median`, behind >= 5]
    : [`${plural(-behind, 'round')} ahead of the median`, false]
}

/** A run ends with a round, or with so many examples: then rounds are each peer's own. A bootstrap peer has none. */
const courseOf = (status) => {
  const { role, round, done, medianRound, swarm } = status
  if (role === 'bootstrap') {
    const more = 'median of the members'
    return { name: 'Round', value: countText(medianRound), more, bad: false, share: null }
  }
  if (done !== null) {
    const more = `round ${countText(round)} of its own`
    return { name: 'Run', value: percentText(done), more, bad: false, share: done }
  }
  const [more, bad] = behindText(status)
  const value = `${countText(round)} of ${countText(swarm.rounds)}`
  return { name: 'Round', value, more, bad, share: Math.min(1, round / Math.max(1, swarm.rounds)) }
}

const tile = () => {
  const [name, value, more] = ['dt', 'dd', 'dd'].map((tag) => create(tag))
  value.className = 'value'
  more.className = 'more'
  return { box: create('div', {}, [name, value, more]), name, value, more }
}

let tiles = null

const makeTiles = () => {
  const made = Array.from({ length: 6 }, tile)
  const progress = create('progress', { max: 1, ariaLabel: 'How much of the run is over' })
  made[0].box.append(create('dd', {}, [progress]))
  byId('tiles').replaceChildren(...made.map(({ box }) => box))
  return { made, progress }
}

export const showTiles = (view, peer) => {
  tiles ??= makeTiles()
  const { status } = peer
  const { made, progress } = tiles
  const course = courseOf(status)
  const { agrees, differs } = agreementOf(peer)
  const linked = view.nodes.filter(({ state }) => state === 'linked').length
  const silent = view.nodes.filter(({ state }) => state === 'silent').length
  const known = peer.members.size
  const agreed =
    agrees + differs === 0
      ? 'no cut in common yet'
      : differs === 0
        ? 'one replica'
        : `${differs} differ`
  const { joining } = status
  const fetched = joining && `fetching the replica, ${percentText(joining.bytes / joining.total)}`
  const rows = [
    [course.name, course.value, fetched ?? course.more, fetched === null && course.bad],
    ['Training loss', figureText(status.loss), 'of the last round', false],
    [
      'Test accuracy',
      percentText(status.accuracy),
      `test loss ${figureText(status.testLoss)}`,
      false
    ],
    [
      'Neighbours',
      countText(linked),
      `of ${plural(known, 'member')}, ${silent} silent`,
      linked === 0 && known > 0
    ],
    ['Replicas that agree', `${agrees} of ${agrees + differs}`, agreed, differs > 0],
    ['Traffic up', rateText(status.bytes.upRate), `${rateText(status.bytes.downRate)} down`, false]
  ]
  rows.forEach(([name, value, more, warn], index) => {
    setText(made[index].name, name)
    setText(made[index].value, value)
    setText(made[index].more, more)
    setData(made[index].more, 'bad', warn ? '' : null)
  })
  progress.hidden = course.share === null
  progress.value = course.share ?? 0
}

const AGREEMENT = [
  ['agrees', 'green', 'agree'],
  ['differs', 'red', 'differ'],
  ['unknown', 'grey', 'unknown']
]

let agreement = null

const makeAgreement = () => {
  const big = create('p', { className: 'big' })
  const parts = AGREEMENT.map(([, tone]) => create('span', { className: `tone-${tone}` }))
  const keys = AGREEMENT.map(([, tone]) => create('li', { className: `tone-${tone}` }))
  const facts = create('dl', { className: 'facts-list' })
  const stack = create('div', { className: 'stack', ariaHidden: 'true' }, parts)
  byId('agreement').replaceChildren(big, stack, create('ul', { className: 'keys' }, keys), facts)
  return { big, parts, keys, facts }
}

export const showAgreement = (model, peer) => {
  agreement ??= makeAgreement()
  const { big, parts, keys, facts } = agreement
  const counts = agreementOf(peer)
  const compared = counts.agrees + counts.differs
  const { replica } = peer.status
  const none =
    replica === null ? 'No comparable replica yet' : 'Nobody else has passed this cut yet'
  setText(big, compared === 0 ? none : `${counts.agrees} of ${compared} agree with this peer`)
  AGREEMENT.forEach(([name, , word], index) => {
    parts[index].style.flex = String(counts[name])
    parts[index].hidden = counts[name] === 0
    setText(keys[index], `${counts[name]} ${word}`)
  })
  const ago = replica === null ? null : (nowOf(model) - Date.parse(replica.at)) / 1000
  fillFacts(facts, [
    ['Hash of the replica', replica?.hash ?? '–', 'mono'],
    ['At the cut', replica?.cut ?? '–', 'mono'],
    ['Taken', agoText(ago)]
  ])
}

const VERDICTS = {
  unknown: 'not known',
  public: 'by anybody',
  private: 'not by strangers',
  outbound: 'by nobody: it listens nowhere'
}

const reachText = ({ verdict, relays, relaying }) => {
  const through = relays.length === 0 ? '' : `, through ${plural(relays.length, 'relay')}`
  const others = relaying.peers === 0 ? '' : `; relays for ${plural(relaying.peers, 'peer')}`
  return `${VERDICTS[verdict]}${through}${others}`
}

const sumOf = (counts) => Object.values(counts).reduce((sum, count) => sum + count, 0)

export const showMachine = (model, { status }) => {
  const { memory, disk, checkpoint, time, training, rejected } = status
  const limit = memory.limitBytes === null ? '' : ` of ${bytesText(memory.limitBytes)}`
  const free = disk.freeBytes === null ? '' : `, ${bytesText(disk.freeBytes)} free`
  const saved = checkpoint.at === null ? null : (nowOf(model) - Date.parse(checkpoint.at)) / 1000
  const size = checkpoint.bytes === null ? '' : `, ${bytesText(checkpoint.bytes)}`
  const chosen = Object.entries(status.chosen).map(
    ([name, value]) => `${name} ${figureText(value)}`
  )
  const { mean, p99, max } = time.loopDelayMs
  fillFacts(byId('machine'), [
    ['Memory', `${bytesText(memory.rssBytes)}${limit}`],
    ['Disk', `${bytesText(disk.usedBytes)} used${free}`],
    [
      'Last checkpoint',
      saved === null ? 'none yet' : `round ${countText(checkpoint.round)}, ${agoText(saved)}${size}`
    ],
    ['Checkpoints failed', countText(checkpoint.failures)],
    [
      'Event loop delay',
      `${mean.toFixed(1)} ms, 99 % below ${p99.toFixed(1)}, most ${max.toFixed(0)}`
    ],
    ['Frames rejected', countText(sumOf(rejected))],
    ['Steps skipped, rounds diverged', `${training.skippedSteps}, ${training.divergedRounds}`],
    ['Can be reached', reachText(status.reach)],
    ['Process', `${status.pid}`],
    ['Chosen by the strategy', chosen.length === 0 ? '–' : chosen.join(', ')],
    ['Listens on', status.addresses.join(' ') || '–', 'full mono']
  ])
}
