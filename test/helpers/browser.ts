/** The machine's own Chromium, for tests of pages. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** CHROMIUM_PATH, else where systems put it; null where there is none. */
export const chromiumPath = (): string | null => {
  const given = process.env['CHROMIUM_PATH'] ?? ''
  return given === '' ? (PLACES.find((place) => existsSync(place)) ?? null) : given
}

/** Containers have no user namespaces for Chromium's sandbox; it opens our own pages only. */
export const startBrowser = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
