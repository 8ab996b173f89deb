/**
 * Pictures of reports for docs/images: `node test/screenshots.ts FILE...`, each a results.json (the first,
 * of a run with churn and a partition, is shown alone, all others side by side) or a sweep's summary.json.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { readResults } from '../src/cli/report/read-results.ts'
import { readRounds } from '../src/cli/report/read-rounds.ts'
import { labelled } from '../src/report/comparison/compared-run.ts'
import { renderComparisonPage } from '../src/report/comparison/comparison-page.ts'
import { renderRunPage } from '../src/report/run/run-page.ts'
import { renderSweepPage } from '../src/report/sweep/sweep-page.ts'
import type { SweepSummary } from '../src/report/sweep-summary.ts'
import type { Results } from '../src/storage/results.ts'
import { chromiumPath, startBrowser } from './helpers/browser.ts'
import { ROOT } from './helpers/program.ts'

const IMAGES = join(ROOT, 'docs/images')
const WIDTH = 1280
/** Pictures end this far below the last card that is in them. */
const BELOW = 16

const open = async (
  browser: Browser,
  html: string,
  colorScheme: 'light' | 'dark'
): Promise<Page> => {
  const folder = await mkdtemp(join(tmpdir(), 'swarmgrad-'))
  const file = join(folder, 'report.html')
  await writeFile(file, html)
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 900 }, colorScheme })
  await page.goto(pathToFileURL(file).href)
  await rm(folder, { recursive: true })
  return page
}

const card = (page: Page, title: string) =>
  page.locator('.card', { has: page.getByRole('heading', { name: title, exact: true }) })

/** From the first card (null: the top of the page) to the end of the last. */
const shoot = async (page: Page, name: string, from: string | null, to: string): Promise<void> => {
  // Boxes are measured from the window's corner.
  await page.evaluate('scrollTo(0, 0)')
  const first = from === null ? null : await card(page, from).boundingBox()
  const last = await card(page, to).boundingBox()
  const y = first === null ? 0 : first.y - BELOW
  const height = last!.y + last!.height + BELOW - y
  const path = join(IMAGES, name)
  await page.screenshot({ path, fullPage: true, clip: { x: 0, y, width: WIDTH, height } })
  process.stdout.write(`${path}\n`)
}

const shootRun = async (browser: Browser, file: string, results: Results): Promise<void> => {
  const rounds = await readRounds(join(dirname(file), 'rounds.jsonl'), results)
  const html = renderRunPage(results, rounds)
  await shoot(await open(browser, html, 'light'), 'report-light.png', null, 'Training loss')
  const dark = await open(browser, html, 'dark')
  // The moments that a first look does not show: a partition, a crash.
  await card(dark, 'Who talked to whom').getByLabel('moment').fill('4')
  await card(dark, 'A few rounds from near').getByLabel('moment').fill('2')
  await shoot(dark, 'report-dark.png', 'Who talked to whom', 'A few rounds from near')
}

const isSweep = (document: unknown): document is SweepSummary =>
  typeof document === 'object' && document !== null && 'cells' in document

const browser = await startBrowser(chromiumPath()!)
let alone: string | null = null
const others: Array<{ readonly path: string; readonly results: Results }> = []
for (const path of process.argv.slice(2)) {
  const document: unknown = JSON.parse(await readFile(path, 'utf8'))
  if (isSweep(document)) {
    const page = await open(browser, renderSweepPage(document), 'light')
    const [axis] = document.axes
    await shoot(page, 'sweep.png', null, `sent per peer against ${axis!.path}`)
  } else {
    const { file, results } = await readResults(path)
    if (alone === null) await shootRun(browser, file, results)
    else others.push({ path: file, results })
    alone ??= file
  }
}
if (others.length > 1) {
  const page = await open(browser, renderComparisonPage(labelled(others)), 'light')
  await shoot(page, 'comparison.png', null, 'Accuracy against time')
}
await browser.close()
