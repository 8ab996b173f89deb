/**
 * The dashboard's page in the machine's Chromium, which draws in software: size, first paint, and frames
 * a second while the graph of a thousand peers moves and while another peer is chosen in every frame.
 * `node test/bench/dashboard.ts [members]`
 */
import { dashboardPage } from '../../src/dashboard/page.ts'
import { startHttp } from '../../src/dashboard/start-http.ts'
import { chromiumPath, startBrowser } from '../helpers/browser.ts'
import { SyntheticSwarm } from '../helpers/synthetic-swarm.ts'

const members = Number(process.argv[2] ?? 1000)
const OPENINGS = 5
const SECONDS = 100
const FRAMES = 'Number(document.getElementById("graph").dataset.frames ?? 0)'

/** Frames a second from the first that is drawn on, in the page; `each` is done before every frame. */
const framesIn = (seconds: number, each: string): string => `new Promise((done) => {
  const canvas = document.getElementById('graph')
  let began = 0
  let first = 0
  const look = (now) => {
    if (began === 0 && ${FRAMES} > 0) [began, first] = [now, ${FRAMES}]
    ${each}
    if (began > 0 && now - began > ${1000 * seconds}) done((${FRAMES} - first) / ((now - began) / 1000))
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
})`

const CHOOSE = `canvas.dispatchEvent(new KeyboardEvent('keydown', {
  key: ['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown'][Math.floor(now / 160) % 4]
}))`

const PAINT = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null`

const swarm = new SyntheticSwarm({ members })
for (let second = 0; second < SECONDS; second++) swarm.advance()
const http = await startHttp({
  source: swarm,
  metrics: async () => '',
  host: '127.0.0.1',
  port: 0,
  token: null
})
const clock = setInterval(() => swarm.advance(), 1000)
const browser = await startBrowser(chromiumPath()!)
const paints: number[] = []
for (let opening = 0; opening < OPENINGS; opening++) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(http.url)
  await page.evaluate(framesIn(0.2, ''))
  paints.push((await page.evaluate<number | null>(PAINT)) ?? Number.NaN)
  await page.close()
}
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
await page.goto(http.url)
const moving = await page.evaluate<number>(framesIn(1.5, ''))
await page.evaluate(framesIn(6, ''))
const choosing = await page.evaluate<number>(framesIn(5, CHOOSE))
await browser.close()
clearInterval(clock)
await http.close()
const { html, gzip } = dashboardPage()
process.stdout.write(`members                      ${members}
page                         ${html.byteLength} bytes, ${gzip.byteLength} with gzip
first contentful paint       ${paints.map((ms) => ms.toFixed(0)).join(', ')} ms
frames/s, layout moving      ${moving.toFixed(1)}
frames/s, choosing peers     ${choosing.toFixed(1)}
`)
