/** The page: what comes in over the event stream goes into the model, and once a frame onto the screen. */
import { createActivity } from './activity.js'
import { createByteBars } from './bars.js'
import { createCurves } from './curves.js'
import { byId, create, setData, setText } from './dom.js'
import { openFeed } from './feed.js'
import { clockText, shortName } from './format.js'
import { createGraph } from './graph.js'
import { showLegend } from './legend.js'
import { showDetail, showMembers } from './members.js'
import {
  createModel,
  knownPeers,
  pickedPeer,
  takeChange,
  takeEnded,
  takePoint,
  takeState,
  takeStatus
} from './model.js'
import { showAgreement, showAlarms, showHero, showMachine, showRun, showTiles } from './panels.js'
import { swarmView } from './swarm-view.js'
import { setUpTheme } from './theme.js'

/** Curves of many peers are redrawn less often than figures. */
const CURVES_EVERY_MS = 1000
const TICK_MS = 1000

const model = createModel()
const curves = createCurves()
const activity = createActivity()
const bars = createByteBars()
let view = null
let chosen = null
let asTable = false
let waiting = 0
let curvesAt = 0
let curvesStale = true

const pick = (name) => {
  if (!model.peers.has(name) || name === model.picked) return
  model.picked = name
  curvesStale = true
  curvesAt = 0
  ask()
}

const graph = createGraph((name) => {
  chosen = name
  if (view !== null) showDetail(view, chosen ?? view.self)
}, pick)

const showPicker = () => {
  const peers = knownPeers(model)
  byId('picker-box').hidden = peers.length < 2
  const picker = byId('picker')
  const names = peers.map(({ status }) => {
    const end = model.ended.has(status.self) ? ' (ended)' : ''
    return [status.self, `${shortName(status.self)}${end}`]
  })
  const wanted = names.join()
  if (picker.dataset.shown !== wanted) {
    picker.dataset.shown = wanted
    picker.replaceChildren(
      ...names.map(([value, textContent]) => create('option', { value, textContent }))
    )
  }
  if (picker.value !== model.picked) picker.value = model.picked
}

const show = () => {
  waiting = 0
  const peer = pickedPeer(model)
  if (peer === null) return
  view = swarmView(model)
  showPicker()
  showHero(model, peer)
  showRun(model)
  showAlarms(peer)
  showTiles(view, peer)
  showLegend(view)
  showAgreement(model, peer)
  showMachine(model, peer)
  activity.show(peer)
  bars.show(peer)
  if (asTable) showMembers(view)
  else graph.show(view)
  showDetail(view, chosen ?? view.self)
  if (curvesStale && performance.now() - curvesAt >= CURVES_EVERY_MS) {
    curvesAt = performance.now()
    curvesStale = false
    curves.show(model)
  }
}

const ask = () => {
  if (waiting === 0) waiting = requestAnimationFrame(show)
}

const HANDLERS = {
  state: takeState,
  status: takeStatus,
  change: takeChange,
  point: takePoint,
  ended: takeEnded
}

const CONNECTION = { live: 'live', gone: 'not connected' }

const onConnection = (state) => {
  setData(byId('connection'), 'state', state)
  setText(byId('connection'), CONNECTION[state])
  const gone = byId('gone')
  if (state === 'live') {
    gone.hidden = true
    delete byId('main').dataset.gone
    return
  }
  if (!gone.hidden) return
  const heard =
    model.lastAt === 0
      ? 'It has not answered yet'
      : `It was last heard at ${clockText(model.lastAt)}`
  setText(
    gone,
    `The peer does not answer. ${heard}. This page shows what it said last, and goes on by itself when it is back.`
  )
  gone.hidden = false
  byId('main').dataset.gone = ''
}

const showAs = (table) => {
  asTable = table
  byId('as-graph').setAttribute('aria-pressed', String(!table))
  byId('as-table').setAttribute('aria-pressed', String(table))
  byId('graph-box').hidden = table
  byId('table-box').hidden = !table
  ask()
}

// What scrolls can be scrolled with the keyboard.
byId('table-box').tabIndex = 0
byId('as-graph').addEventListener('click', () => showAs(false))
byId('as-table').addEventListener('click', () => showAs(true))
byId('picker').addEventListener('change', ({ target }) => pick(target.value))
setUpTheme(() => {
  graph.redraw()
  curves.redraw()
  activity.redraw()
})
// The cookie that came with the page is enough from now on; the token does not stay in the address.
if (location.search !== '') history.replaceState(null, '', location.pathname)

openFeed((kind, data) => {
  HANDLERS[kind]?.(model, data)
  if (kind === 'point' || kind === 'state') curvesStale = true
  if (kind === 'ended') curvesAt = 0
  ask()
}, onConnection)
// Ages grow, and peers fall silent, without anybody saying so.
setInterval(ask, TICK_MS)
