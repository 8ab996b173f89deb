/** A dashboard in the machine's own Chromium, and all that its page says and asks for. */
import type { ExecutionContext } from 'ava'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { chromiumPath, startBrowser } from './browser.ts'

export interface OpenPage {
  readonly page: Page
  /** Console messages, errors, dialogs. */
  readonly said: string[]
  /** Addresses that were asked for, but for data: URLs. */
  readonly asked: string[]
}

/** Null where there is no Chromium. */
export const openDashboard = async (
  t: ExecutionContext,
  url: string,
  options: BrowserContextOptions = {}
): Promise<OpenPage | null> => {
  const executable = chromiumPath()
  if (executable === null) {
    t.log('left out: no Chromium found; CHROMIUM_PATH names one')
    return null
  }
  const browser = await startBrowser(executable)
  t.teardown(() => browser.close())
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options })
  const said: string[] = []
  const asked: string[] = []
  page.on('console', (message) => said.push(message.text()))
  page.on('pageerror', (error) => said.push(error.message))
  page.on('dialog', (dialog) => said.push(`dialog: ${dialog.message()}`))
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) asked.push(request.url())
  })
  await page.goto(url)
  return { page, said, asked }
}

/** Waits until the expression holds in the page. Not by waitForFunction: the page's policy forbids eval. */
export const until = (page: Page, expression: string, seconds = 20): Promise<unknown> =>
  page.evaluate(`new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error(${JSON.stringify(expression)})), ${1000 * seconds})
    const look = () => {
      if (!(${expression})) return requestAnimationFrame(look)
      clearTimeout(late)
      done(true)
    }
    look()
  })`)

/** What the graph says of itself to those who do not see it. */
export const graphLabel = async (page: Page): Promise<string> =>
  (await page.getAttribute('#graph', 'aria-label')) ?? ''

/** How far the page goes beyond the screen. */
export const OVERFLOW = 'document.documentElement.scrollWidth - innerWidth'
