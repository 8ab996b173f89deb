/** Reports as a reader's browser shows them: every chart drawn, nothing asked of anybody. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import type { Page } from 'playwright-core'
import { labelled } from '../../src/report/comparison/compared-run.ts'
import { renderComparisonPage } from '../../src/report/comparison/comparison-page.ts'
import { RoundsDigest } from '../../src/report/rounds/digest.ts'
import { renderRunPage } from '../../src/report/run/run-page.ts'
import { renderSweepPage } from '../../src/report/sweep/sweep-page.ts'
import { chromiumPath, startBrowser } from '../helpers/browser.ts'
import { temporaryFolder } from '../helpers/program.ts'
import { syntheticRun } from '../helpers/synthetic-run.ts'
import { syntheticSweep } from '../helpers/synthetic-sweep.ts'

const executable = chromiumPath()

const runPage = (scenario: string): string => {
  const { results, records } = syntheticRun()
  const digest = new RoundsDigest(results)
  for (const record of records) digest.add(record)
  return renderRunPage({ ...results, scenario }, digest.finish())
}

/** Opens a page from a file, and gathers what it says and asks for. */
const open = async (
  t: ExecutionContext,
  html: string
): Promise<{ readonly page: Page; readonly said: string[]; readonly asked: string[] } | null> => {
  if (executable === null) {
    t.log('left out: no Chromium found; CHROMIUM_PATH names one')
    return null
  }
  const browser = await startBrowser(executable)
  t.teardown(() => browser.close())
  const file = join(await temporaryFolder(t), 'report.html')
  await writeFile(file, html)
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  const said: string[] = []
  const asked: string[] = []
  page.on('console', (message) => said.push(message.text()))
  page.on('pageerror', (error) => said.push(error.message))
  page.on('dialog', (dialog) => said.push(`dialog: ${dialog.message()}`))
  page.on('request', (request) => asked.push(request.url()))
  const url = pathToFileURL(file).href
  await page.goto(url)
  t.deepEqual(asked, [url])
  return { page, said, asked }
}

/** Run in the page: of every chart its label, and how many shapes with a size it drew beside its axes. */
const CHARTS = `[...document.querySelectorAll('[data-figure]')].map((place) => {
  const svg = place.querySelector('.chart svg')
  const shapes = [...(svg?.querySelectorAll('path, rect, circle, line') ?? [])]
  const seen = shapes.filter((shape) => {
    if (shape.closest('g[aria-label*=axis], g[aria-label*=grid]') !== null) return false
    const { width, height } = shape.getBoundingClientRect()
    return width > 0 || height > 0
  })
  return { label: svg?.getAttribute('aria-label') ?? '', marks: seen.length }
})`

/** Run in the page: colours of the page's ground and of its text. */
const COLOURS = `[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]`

interface Chart {
  readonly label: string
  readonly marks: number
}

const checkCharts = async (t: ExecutionContext, page: Page, count: number): Promise<void> => {
  const charts = await page.evaluate<readonly Chart[]>(CHARTS)
  t.is(charts.length, count)
  for (const { label, marks } of charts) {
    t.not(label, '')
    t.true(marks >= 1, `${label}: ${marks} marks`)
  }
}

test("a run's page should draw every chart, in light and dark, without a word or a request", async (t) => {
  const opened = await open(t, runPage('a run'))
  if (opened === null) {
    t.pass()
    return
  }
  const { page, said, asked } = opened
  t.is(await page.title(), 'a run')
  const seen: unknown[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await checkCharts(t, page, 11)
    seen.push(await page.evaluate(COLOURS))
  }
  t.notDeepEqual(seen[0], seen[1])
  await page.locator('#theme').click()
  t.deepEqual(await page.evaluate(COLOURS), seen[0])
  t.deepEqual(said, [])
  t.is(asked.length, 1)
})

test("a run's page should show every peer's line and another moment when asked", async (t) => {
  const opened = await open(t, runPage('a run'))
  if (opened === null) {
    t.pass()
    return
  }
  const { page, said } = opened
  const paths = page.locator('[data-figure="0"] .chart svg g[aria-label="line"] path')
  t.is(await paths.count(), 1)
  await page.getByLabel("every peer's line").first().check()
  t.is(await paths.count(), 9)
  const slider = page.getByLabel('moment').first()
  await slider.fill('5')
  t.is(await slider.locator('xpath=../output').textContent(), 'round 100, 20.0 s')
  t.deepEqual(said, [])
})

test("a run's page should fit a narrow screen and a printed page", async (t) => {
  const opened = await open(t, runPage('a run'))
  if (opened === null) {
    t.pass()
    return
  }
  const { page, said } = opened
  const overflow = 'document.documentElement.scrollWidth - innerWidth'
  await page.setViewportSize({ width: 390, height: 800 })
  t.true((await page.evaluate<number>(overflow)) <= 0, 'narrow')
  // A4 between margins of 12 mm, at 96 dots an inch.
  await page.setViewportSize({ width: 703, height: 1032 })
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  t.true((await page.evaluate<number>(overflow)) <= 0, 'print')
  t.is(await page.evaluate('getComputedStyle(document.body).color'), 'rgb(27, 33, 40)', 'light')
  const pdf = await page.pdf({ format: 'A4' })
  t.is(pdf.subarray(0, 5).toString(), '%PDF-')
  t.true((pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0) >= 4)
  t.deepEqual(said, [])
})

test('a scenario with a hostile name should run nothing', async (t) => {
  const name = '</script><script>alert(1)</script><img src=x onerror=alert(2)>'
  const opened = await open(t, runPage(name))
  if (opened === null) {
    t.pass()
    return
  }
  const { page, said } = opened
  t.is(await page.title(), name)
  await checkCharts(t, page, 11)
  t.deepEqual(said, [])
})

test('a comparison should draw every run', async (t) => {
  const runs = [1, 2, 3].map((seed) => ({
    path: `${seed}`,
    results: syntheticRun({ seed }).results
  }))
  const opened = await open(t, renderComparisonPage(labelled(runs)))
  if (opened === null) {
    t.pass()
    return
  }
  const { page, said } = opened
  await checkCharts(t, page, 6)
  const lines = page.locator('[data-figure="0"] .chart svg g[aria-label="line"]')
  t.is(await lines.count(), 3)
  t.deepEqual(said, [])
})

test('a sweep should draw every figure against every axis', async (t) => {
  const opened = await open(t, renderSweepPage(syntheticSweep()))
  if (opened === null) {
    t.pass()
    return
  }
  const { page, said } = opened
  await checkCharts(t, page, 14)
  t.deepEqual(said, [])
})
