/** What is exported opens in a browser by TensorFlow.js as people load it, and predicts what the peer does. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { chromiumPath, startBrowser } from '../helpers/browser.ts'
import { temporaryFolder } from '../helpers/program.ts'
import { EXPORT_CASES, type Exported, exported } from '../unit/training/export/exported.ts'

const executable = chromiumPath()

const SCRIPTS = ['core/dist/tf-core', 'backend-cpu/dist/tf-backend-cpu', 'layers/dist/tf-layers']

const PAGE = `<!doctype html><meta charset="utf-8"><title>t</title><link rel="icon" href="data:,">
${SCRIPTS.map((_, i) => `<script src="/${i}.js"></script>`).join('\n')}`

/** A folder over HTTP on loopback, as any web server would give it. */
const served = async (t: ExecutionContext, folder: string): Promise<string> => {
  const server = createServer(async (request, response) => {
    const name = request.url === '/' ? 'index.html' : request.url!.slice(1)
    const body = await readFile(join(folder, name)).catch(() => null)
    const type = name.endsWith('.html') ? 'text/html' : 'application/octet-stream'
    response.writeHead(body === null ? 404 : 200, {
      'content-type': name.endsWith('.js') ? 'text/javascript' : type
    })
    response.end(body)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const written = async (folder: string, { folder: made }: Exported, name: string): Promise<void> => {
  await mkdir(join(folder, name))
  await writeFile(join(folder, name, 'model.json'), JSON.stringify(made.modelJson))
  for (const { name: shard, bytes } of made.shards) {
    await writeFile(join(folder, name, shard), bytes)
  }
}

test('should predict in a browser what our engine does', async (t) => {
  if (executable === null) {
    t.log('left out: no Chromium found; CHROMIUM_PATH names one')
    t.pass()
    return
  }
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'index.html'), PAGE)
  for (const [i, script] of SCRIPTS.entries()) {
    const path = new URL(`../../node_modules/@tensorflow/tfjs-${script}.min.js`, import.meta.url)
    await writeFile(join(folder, `${i}.js`), await readFile(path))
  }
  const cases = EXPORT_CASES.map((one) => ({ one, made: exported(one) }))
  for (const [i, { made }] of cases.entries()) await written(folder, made, String(i))

  const browser = await startBrowser(executable)
  t.teardown(() => browser.close())
  const page = await browser.newPage()
  const said: string[] = []
  const asked: string[] = []
  page.on('pageerror', (error) => said.push(error.message))
  page.on('request', (request) => asked.push(request.url()))
  const address = await served(t, folder)
  await page.goto(address)
  for (const [i, { one, made }] of cases.entries()) {
    const { input, shape, logits } = made
    const ask = `(async () => {
      const model = await tf.loadLayersModel('/${i}/model.json')
      const input = tf.tensor(${JSON.stringify([...input])}, ${JSON.stringify(shape)})
      return [...model.predict(input).dataSync()]
    })()`
    const got = (await page.evaluate(ask)) as number[]
    t.is(got.length, logits.length, one.title)
    const most = Math.max(...got.map((value, k) => Math.abs(value - logits[k]!)))
    t.true(most < 1e-5, `${one.title}: ${most}`)
  }
  t.deepEqual(said, [])
  for (const url of asked) t.true(url.startsWith(address) || url === 'data:,', url)
})
