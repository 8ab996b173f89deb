/** Dashboards of real peers: four daemons on loopback, one of which is killed while a browser looks. */
import type { ChildProcess } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { startDaemon } from '../../src/simulation/live/daemon.ts'
import { preparePeers } from '../../src/simulation/live/prepare.ts'
import { manifestOf } from '../../src/simulation/manifest-of.ts'
import { parseScenario, recipeOfScenario } from '../../src/simulation/scenario.ts'
import { openBench } from '../../src/training/bench.ts'
import { type OpenPage, openDashboard, until } from '../helpers/dashboard-page.ts'
import { PROGRAM, ROOT, startProgram, temporaryFolder } from '../helpers/program.ts'

const PEERS = 4
/** The issue's: within ten seconds of the kill. */
const GREY_SECONDS = 10
/** Far more than the test takes. */
const STEPS = 1_000_000

const CHANGES = {
  mode: 'live',
  peers: PEERS,
  topology: { name: 'full' },
  baselines: [],
  evaluateEvery: 5
}

/** The first address that matches in what the program says on stderr, which may go on. */
const addressIn = (child: ChildProcess, pattern: RegExp): Promise<string> =>
  new Promise((done) => {
    let text = ''
    child.stderr!.on('data', (part: Buffer) => {
      text += part.toString()
      const found = pattern.exec(text)
      if (found !== null) done(found[1]!)
    })
  })

const shows = async (t: ExecutionContext, { page }: OpenPage): Promise<void> => {
  await until(page, "(document.getElementById('graph').ariaLabel ?? '').includes(': 4 peers')", 60)
  await until(page, "document.getElementById('graph').ariaLabel.includes('3 linked')", 60)
  await until(page, "document.querySelectorAll('#loss canvas').length === 1", 60)
  const label = await page.getAttribute('#loss [role=img]', 'aria-label')
  await until(
    page,
    `document.querySelector('#loss [role=img]').ariaLabel !== ${JSON.stringify(label)}`,
    60
  )
  t.pass()
}

const quiet = (t: ExecutionContext, { said, asked }: OpenPage, url: string): void => {
  t.deepEqual(said, [])
  t.deepEqual(
    asked.filter((one) => !one.startsWith(url)),
    []
  )
}

const SILENT = "document.getElementById('graph').ariaLabel.includes('1 silent')"

test("a daemon's own page should show four peers, and a killed one grey within ten seconds", async (t) => {
  const folder = await temporaryFolder(t)
  const given = JSON.parse(
    await readFile(join(ROOT, 'simulations/quickstart/scenario.json'), 'utf8')
  )
  const training = { ...given.training, steps: STEPS }
  const scenario = parseScenario({ ...given, ...CHANGES, training })
  const recipe = recipeOfScenario(scenario)
  const { layout } = await openBench({ recipe, dataPath: null, shards: PEERS, backend: 'cpu' })
  const peers = await preparePeers(scenario, manifestOf(scenario, layout), null, folder)
  const [watched, ...others] = peers
  const config = JSON.parse(await readFile(watched!.configFile, 'utf8'))
  await writeFile(watched!.configFile, JSON.stringify({ ...config, http: { port: 0 } }))
  const { child } = startProgram(t, ['peer', '--config', watched!.configFile])
  const daemons = others.map(({ index, configFile }) =>
    startDaemon({
      command: [process.execPath, PROGRAM],
      configFile,
      logFile: join(folder, `${index}.log`),
      onRecord: () => {}
    })
  )
  t.teardown(() => {
    for (const daemon of daemons) daemon.kill()
  })
  const url = await addressIn(child, /"url":"(http:[^"]+)"/)
  const opened = await openDashboard(t, url)
  if (opened === null) {
    t.pass()
    return
  }
  await shows(t, opened)
  daemons[1]!.kill()
  await until(opened.page, SILENT, GREY_SECONDS)
  await opened.page.click('#as-table')
  const row = opened.page.locator('#members tr[data-state=silent]')
  t.is(await row.count(), 1)
  t.true((await row.textContent())!.includes(others[1]!.name.slice(-8)))
  quiet(t, opened, url)
})

test('the page of a live run should show all its peers, and a killed one as ended', async (t) => {
  const folder = await temporaryFolder(t)
  const changes = Object.entries({ ...CHANGES, 'training.steps': STEPS })
  const { child, exit } = startProgram(t, [
    ...['simulate', 'simulations/quickstart', '--live', '--dashboard', '--out', folder],
    ...changes.flatMap(([path, value]) => ['--set', `${path}=${JSON.stringify(value)}`])
  ])
  const url = await addressIn(child, /dashboard: (http:\S+)/)
  const opened = await openDashboard(t, url)
  if (opened === null) {
    t.pass()
    return
  }
  const { page } = opened
  await shows(t, opened)
  t.regex((await page.textContent('#run-line'))!, /^4 of 4 peers running/)
  const statuses: unknown = await (await fetch(`${url}status?all`)).json()
  const { pid, self } = (statuses as ReadonlyArray<{ pid: number; self: string }>)[2]!
  process.kill(pid, 'SIGKILL')
  await until(page, SILENT, GREY_SECONDS)
  t.regex((await page.textContent('#run-line'))!, /^3 of 4 peers running/)
  await page.selectOption('#picker', self)
  await until(page, "document.getElementById('line').textContent.includes('died (SIGKILL)')")
  quiet(t, opened, url)
  child.kill('SIGINT')
  t.like(await exit, { code: 0 })
  await t.throwsAsync(fetch(url), undefined, 'it ends with the run')
})

test('a run in virtual time should refuse to show real peers, with a remedy', async (t) => {
  const args = ['simulate', 'simulations/quickstart', '--virtual', '--dashboard']
  const { exit } = startProgram(t, args)
  const { code, stderr } = await exit
  t.is(code, 2)
  t.regex(stderr, /--dashboard: shows real peers.*\n.*add --live/)
})
