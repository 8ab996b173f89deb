/** The dashboard as a browser shows it, against a made-up swarm that is moved on by hand. */
import test, { type ExecutionContext } from 'ava'
import type { BrowserContextOptions } from 'playwright-core'
import { type Http, startHttp } from '../../src/dashboard/start-http.ts'
import {
  graphLabel,
  type OpenPage,
  OVERFLOW,
  openDashboard,
  until
} from '../helpers/dashboard-page.ts'
import { SyntheticSwarm, type SyntheticSwarmOptions } from '../helpers/synthetic-swarm.ts'

interface Scene extends OpenPage {
  readonly swarm: SyntheticSwarm
  readonly http: Http
}

const SECONDS = 60

/** Null where there is no Chromium. */
const open = async (
  t: ExecutionContext,
  options: SyntheticSwarmOptions,
  browser: BrowserContextOptions = {}
): Promise<Scene | null> => {
  const swarm = new SyntheticSwarm(options)
  for (let second = 0; second < SECONDS; second++) swarm.advance()
  const http = await startHttp({
    source: swarm,
    metrics: async () => '',
    host: '127.0.0.1',
    port: 0,
    token: null
  })
  t.teardown(http.close)
  const opened = await openDashboard(t, http.url, browser)
  if (opened === null) return null
  await until(opened.page, "document.getElementById('line').textContent.startsWith('training')")
  return { ...opened, swarm, http }
}

/** No word on the console, and nothing asked of anybody but the peer. */
const quiet = (t: ExecutionContext, { said, asked, http }: Scene): void => {
  t.deepEqual(said, [])
  t.deepEqual(
    asked.filter((url) => !url.startsWith(http.url)),
    []
  )
}

/** Its headline, as the peer has put it: figures and their units stand together on the page. */
const lineOf = async (page: OpenPage['page']): Promise<string> =>
  (await page.textContent('#line'))!.replaceAll('\u00a0', ' ')

/** Brightness of the least and most bright colour in a canvas, 0 to 255: whether anything is drawn. */
const CONTRAST = `(selector) => {
  const canvas = document.querySelector(selector)
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  let drawn = 0
  for (let i = 3; i < data.length; i += 4) if (data[i] > 0) drawn++
  return drawn
}`

const drawn = ({ page }: Scene, selector: string): Promise<number> =>
  page.evaluate<number>(`(${CONTRAST})(${JSON.stringify(selector)})`)

test.serial(
  'the page should show state, graph, curves, agreement, bytes and machine, in silence',
  async (t) => {
    const scene = await open(t, { members: 12 })
    if (scene === null) {
      t.pass()
      return
    }
    const { page, swarm } = scene
    const status = swarm.statuses()[0]!
    t.is(await lineOf(page), status.line)
    t.is(await page.textContent('#phase'), 'training')
    t.regex(await graphLabel(page), /12 peers, 4 linked with this one, 0 silent/)
    const over = `${(100 * status.done!).toFixed(1)} %`
    t.true(
      (await page.textContent('#tiles'))!.startsWith(`Run${over}round ${status.round} of its own`)
    )
    t.is(await page.evaluate("document.querySelector('#tiles progress').value"), status.done!)
    t.regex((await page.textContent('#agreement'))!, /10 of 10 agree with this peer/)
    t.true((await page.textContent('#agreement'))!.includes(status.replica!.hash))
    t.is(await page.locator('#by-kind .bars li').count(), 4)
    t.is(await page.locator('#by-neighbour .bars li').count(), 4)
    t.regex((await page.textContent('#time-share'))!, /computing 95\.5 %/)
    t.regex((await page.textContent('#machine'))!, /Memory14\d MB of 537 MB/)
    swarm.advance()
    swarm.advance()
    await until(page, "document.querySelectorAll('.chart canvas').length === 4")
    for (const id of ['loss', 'accuracy', 'rates', 'time-chart']) {
      t.true((await drawn(scene, `#${id} canvas`)) > 500, id)
    }
    t.true((await drawn(scene, '#graph')) > 1000)
    quiet(t, scene)
  }
)

/** What the members' table says of each, in the column of this title. */
const column = async (page: OpenPage['page'], title: string): Promise<string[]> => {
  await page.click('#as-table')
  await until(page, "document.querySelector('#members tbody tr') !== null")
  return page.evaluate<string[]>(`(() => {
    const { tHead, tBodies } = document.getElementById('members')
    const place = [...tHead.rows[0].cells].findIndex((cell) => cell.textContent === '${title}')
    return [...tBodies[0].rows].map(({ cells }) => cells[place].textContent)
  })()`)
}

test.serial('who is behind should be said where a run ends with a round, only', async (t) => {
  const members = 6
  const byExamples = await open(t, { members })
  const byRounds = await open(t, { members, byRounds: true })
  if (byExamples === null || byRounds === null) {
    t.pass()
    return
  }
  t.deepEqual(new Set(await column(byExamples.page, 'behind')), new Set(['–']))
  const { round, medianRound } = byRounds.swarm.statuses()[0]!
  t.is((await column(byRounds.page, 'behind'))[0], `${medianRound! - round}`)
  t.true((await byRounds.page.textContent('#tiles'))!.startsWith(`Round${round} of 400`))
  const share = await byRounds.page.evaluate("document.querySelector('#tiles progress').value")
  t.is(share, round / 400)
})

test.serial('a bootstrap peer should be behind nobody', async (t) => {
  const scene = await open(t, { members: 12, peers: 10, byRounds: true })
  if (scene === null) {
    t.pass()
    return
  }
  const { page, swarm } = scene
  const { self, role, medianRound } = swarm.statuses()[9]!
  t.is(role, 'bootstrap')
  await page.selectOption('#picker', self)
  const text = `Round${medianRound}median of the members`
  await until(page, `document.getElementById('tiles').textContent.startsWith('${text}')`)
  t.false(await page.isVisible('#tiles progress'))
  t.deepEqual(new Set(await column(page, 'behind')), new Set(['–']))
})

test.serial('curves and figures should move with the peer', async (t) => {
  const scene = await open(t, { members: 6 })
  if (scene === null) {
    t.pass()
    return
  }
  const { page, swarm } = scene
  const round = await page.textContent('#tiles .value')
  const label = await page.getAttribute('#loss [role=img]', 'aria-label')
  for (let second = 0; second < 20; second++) swarm.advance()
  await until(page, `document.querySelector('#tiles .value').textContent !== '${round}'`)
  await until(
    page,
    `document.querySelector('#loss [role=img]').getAttribute('aria-label') !== '${label}'`
  )
  t.is(await lineOf(page), swarm.statuses()[0]!.line)
  quiet(t, scene)
})

test.serial(
  'a neighbour that is gone should turn silent, in graph, legend and table',
  async (t) => {
    const scene = await open(t, { members: 6, at: Date.now() })
    if (scene === null) {
      t.pass()
      return
    }
    const { page, swarm } = scene
    const killed = swarm.names[1]!
    swarm.kill(killed)
    for (let second = 0; second < 9; second++) swarm.advance()
    // Members without a link fall silent, too, where the machine is too slow to keep them speaking.
    await until(page, "/[1-6] silent/.test(document.getElementById('graph').ariaLabel)")
    t.regex((await page.textContent('#legend'))!, /[1-6] silent or ended/)
    await page.click('#as-table')
    const gone = `[...document.querySelectorAll('#members tr[data-state=silent]')]
    .some(({ textContent }) => textContent.includes('${killed.slice(-8)}'))`
    await until(page, gone)
    quiet(t, scene)
  }
)

test.serial('everything should be within reach of the keyboard', async (t) => {
  const scene = await open(t, { members: 6 })
  if (scene === null) {
    t.pass()
    return
  }
  const { page, swarm } = scene
  const reached: string[] = []
  for (let step = 0; step < 8; step++) {
    await page.keyboard.press('Tab')
    const name = 'document.activeElement.id || document.activeElement.textContent'
    reached.push(await page.evaluate<string>(name))
    const outline = 'getComputedStyle(document.activeElement).outlineStyle'
    t.not(await page.evaluate(outline), 'none', reached.at(-1))
  }
  t.deepEqual(reached.slice(0, 5), [
    'Skip to the figures',
    'theme',
    'as-graph',
    'as-table',
    'graph'
  ])
  await page.focus('#graph')
  await page.keyboard.press('Home')
  t.is(await page.textContent('#detail h3'), swarm.names[0]!)
  const seen = new Set<string | null>()
  for (const key of ['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown', 'ArrowRight', 'ArrowUp']) {
    await page.keyboard.press(key)
    seen.add(await page.textContent('#detail h3'))
  }
  t.true(seen.size > 2, `${seen.size} peers seen`)
  await page.keyboard.press('Escape')
  t.is(await page.textContent('#detail h3'), swarm.names[0]!)
  await page.focus('#as-table')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#members', { state: 'visible' })
  t.is(await page.getAttribute('#as-table', 'aria-pressed'), 'true')
  quiet(t, scene)
})

test.serial(
  'light and dark should follow the system until the button says otherwise',
  async (t) => {
    const scene = await open(t, { members: 6 }, { colorScheme: 'dark' })
    if (scene === null) {
      t.pass()
      return
    }
    const { page } = scene
    const ground = 'getComputedStyle(document.body).backgroundColor'
    const dark = await page.evaluate(ground)
    await page.emulateMedia({ colorScheme: 'light' })
    const light = await page.evaluate(ground)
    t.not(dark, light)
    await page.click('#theme')
    t.is(await page.evaluate(ground), dark)
    await page.reload()
    await until(page, "document.getElementById('line').textContent.startsWith('training')")
    t.is(await page.evaluate(ground), dark, 'kept')
    quiet(t, scene)
  }
)

test.serial('a phone should need no scrolling sideways', async (t) => {
  const viewport = { width: 360, height: 740 }
  const scene = await open(t, { members: 20, peers: 3 }, { viewport, hasTouch: true })
  if (scene === null) {
    t.pass()
    return
  }
  const { page, swarm } = scene
  swarm.alarms = [
    {
      name: 'disk-full',
      severity: 'critical',
      text: 'The disk is full',
      remedy: `Free some space in /${'long'.repeat(30)}`,
      since: new Date(0).toISOString()
    }
  ]
  swarm.advance()
  await until(page, "document.querySelectorAll('.alarm').length === 1")
  t.true((await page.evaluate<number>(OVERFLOW)) <= 0)
  await page.click('#as-table')
  t.true((await page.evaluate<number>(OVERFLOW)) <= 0, 'table')
  quiet(t, scene)
})

test.serial('alarms should be shown with what to do, and go when they are over', async (t) => {
  const scene = await open(t, { members: 4 })
  if (scene === null) {
    t.pass()
    return
  }
  const { page, swarm } = scene
  const text = '<img src=x onerror=alert(1)>'
  const since = new Date(0).toISOString()
  swarm.alarms = [{ name: 'few-links', severity: 'warning', text, remedy: 'Look', since }]
  swarm.advance()
  await until(page, "document.querySelectorAll('.alarm').length === 1")
  const shown = (await page.textContent('.alarm'))!
  t.true(shown.startsWith(text), shown)
  t.regex(shown, /few-links, since .*Look$/)
  swarm.alarms = []
  swarm.advance()
  await until(page, "document.querySelectorAll('.alarm').length === 0")
  quiet(t, scene)
})

test.serial(
  'all peers of a local run should be on one page, each to be picked, the dead as ended',
  async (t) => {
    const scene = await open(t, { members: 5, peers: 5 })
    if (scene === null) {
      t.pass()
      return
    }
    const { page, swarm } = scene
    t.is(await page.locator('#picker option').count(), 5)
    t.regex((await page.textContent('#run-line'))!, /^5 of 5 peers running/)
    await page.selectOption('#picker', swarm.names[3]!)
    await until(
      page,
      `document.getElementById('who').textContent.includes('${swarm.names[3]!.slice(-8)}')`
    )
    swarm.end(swarm.names[3]!, 'died (SIGKILL)')
    swarm.advance()
    await until(page, "document.getElementById('line').textContent.includes('died (SIGKILL)')")
    t.regex((await page.textContent('#run-line'))!, /^4 of 5 peers running/)
    await page.selectOption('#picker', swarm.names[0]!)
    await until(page, "document.getElementById('graph').ariaLabel.includes('1 silent')")
    quiet(t, scene)
  }
)

test.serial('a page should say that its peer is gone, and go on when it is back', async (t) => {
  const scene = await open(t, { members: 4 })
  if (scene === null) {
    t.pass()
    return
  }
  const { page, swarm, http } = scene
  await http.close()
  await until(page, "document.getElementById('connection').dataset.state === 'gone'")
  t.regex((await page.textContent('#gone'))!, /does not answer\. It was last heard at/)
  const again = await startHttp({
    source: swarm,
    metrics: async () => '',
    host: '127.0.0.1',
    port: Number(new URL(http.url).port),
    token: null
  })
  t.teardown(again.close)
  await until(page, "document.getElementById('connection').dataset.state === 'live'")
  t.false(await page.isVisible('#gone'))
})

test.serial('a page that was opened with its token should need it only once', async (t) => {
  const swarm = new SyntheticSwarm({ members: 3 })
  const token = 'correct-horse-battery'
  const http = await startHttp({
    source: swarm,
    metrics: async () => '',
    host: '127.0.0.1',
    port: 0,
    token
  })
  t.teardown(http.close)
  const opened = await openDashboard(t, `${http.url}?token=${token}`)
  if (opened === null) {
    t.pass()
    return
  }
  const { page } = opened
  await until(page, "document.getElementById('line').textContent.startsWith('training')")
  t.is(page.url(), http.url)
  await page.reload()
  await until(page, "document.getElementById('line').textContent.startsWith('training')")
  t.deepEqual(opened.said, [])
})
