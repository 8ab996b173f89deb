import { once } from 'node:events'
import { getPriority } from 'node:os'
import { Worker } from 'node:worker_threads'
import test from 'ava'

const MODULE = new URL('../../../src/peer/step-aside.ts', import.meta.url).href
const ASIDE = 10

const priorityInThread = async (platform: NodeJS.Platform): Promise<number> => {
  const code = `
    const { stepAside } = await import(${JSON.stringify(MODULE)})
    const { getPriority } = await import('node:os')
    const { parentPort } = await import('node:worker_threads')
    stepAside(${JSON.stringify(platform)})
    parentPort.postMessage(getPriority(0))`
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`))
  const [priority] = await once(worker, 'message')
  return priority
}

if (process.platform === 'linux') {
  test('should lower the priority of the calling thread alone', async (t) => {
    const before = getPriority(0)
    t.is(await priorityInThread('linux'), Math.max(before, ASIDE))
    t.is(getPriority(0), before)
  })

  test('should do nothing where a thread has no priority of its own', async (t) => {
    const before = getPriority(0)
    t.is(await priorityInThread('darwin'), before)
  })
} else {
  test(`threads have no priorities of their own on ${process.platform}`, (t) => t.pass())
}
