/**
 * Pictures of a running dashboard for docs/images: `node test/dashboard-screenshots.ts URL`, such as that of
 * `swarmgrad simulate simulations/quickstart --live --dashboard`.
 */
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { chromiumPath, startBrowser } from './helpers/browser.ts'
import { until } from './helpers/dashboard-page.ts'
import { ROOT } from './helpers/program.ts'

const IMAGES = join(ROOT, 'docs/images')
/** The layout has come to rest, and the curves of the last minutes have begun. */
const SETTLED_MS = 6000

const shoot = async (
  browser: Browser,
  file: string,
  colorScheme: 'light' | 'dark',
  [width, height]: readonly [number, number]
): Promise<void> => {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme })
  await page.goto(process.argv[2]!)
  await until(page, "document.querySelectorAll('#loss canvas').length === 1")
  await page.waitForTimeout(SETTLED_MS)
  await page.screenshot({ path: join(IMAGES, file) })
  await page.close()
}

const browser = await startBrowser(chromiumPath()!)
await shoot(browser, 'dashboard-light.png', 'light', [1280, 1180])
await shoot(browser, 'dashboard-dark.png', 'dark', [1280, 1180])
await shoot(browser, 'dashboard-phone.png', 'dark', [360, 740])
await browser.close()
