import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { join, resolve } from 'node:path'
import type { ExecutionContext } from 'ava'
import { createPlace, type Running, start } from '../integration/cli-harness.ts'
import type { Order } from './sweep-program.ts'

const PROGRAM = resolve(import.meta.dirname, 'sweep-program.ts')

/** What a test sees of the runs of a sweep or a comparison, and how it tells them what to do. */
export interface Director {
  /** Runs that have begun, in their order. */
  readonly begun: readonly string[]
  /** Resolves when so many runs have begun. */
  whenBegun(count: number): Promise<void>
  tell(name: string, order: Order): void
  /** Resolves when no run is left. */
  allGone(): Promise<void>
  start(args: readonly string[]): Running
}

/** `orders` tells a run what to do when it begins. */
export const createDirector = async (
  t: ExecutionContext,
  place: string,
  orders: (name: string) => Order,
  command = 'sweep',
  number = 1
): Promise<Director> => {
  const begun: string[] = []
  const sockets = new Map<string, Socket>()
  let changed = (): void => {}
  const server = createServer((socket) => {
    let name = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      name = text.trim()
      begun.push(name)
      sockets.set(name, socket)
      socket.write(`${orders(name)}\n`)
      changed()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(name)
      changed()
    })
  })
  const path = join(place, `director${number}.sock`)
  server.listen(path)
  await once(server, 'listening')
  t.teardown(() => server.close())
  const when = (holds: () => boolean): Promise<void> =>
    new Promise((done) => {
      changed = () => {
        if (holds()) done()
      }
      changed()
    })
  return {
    begun,
    whenBegun: (count) => when(() => begun.length >= count),
    tell: (name, order) => void sockets.get(name)!.write(`${order}\n`),
    allGone: () => when(() => sockets.size === 0),
    start: (args) =>
      start(t, place, [command, ...args], { program: PROGRAM, env: { SWEEP_TEST_SOCKET: path } })
  }
}

/** A place with tiny/scenario.json whose runs are told what to do; all finish where nothing is said. */
export const createStage = async (
  t: ExecutionContext,
  orders: (name: string) => Order = () => 'finish',
  command = 'sweep'
): Promise<{ readonly place: string; readonly director: Director }> => {
  const place = await createPlace(t)
  return { place, director: await createDirector(t, place, orders, command) }
}
