/**
 * How long peers, each of which knows one other, need to find their swarm through the DHT alone: until every
 * one has found somebody, and until all hang together by what has been found. Presence does the rest: whoever
 * is connected with one hears all. All are in one process, so CPU is told, too.
 *
 *     node test/bench/discovery.ts [peers] [seed] [seconds]
 */
import { seeded } from '../../src/random.ts'
import { type Finder, startFinder } from '../integration/discovery-harness.ts'

const [peers, seed, patience] = [30, 1, 60].map((standard, i) =>
  Number(process.argv[2 + i] ?? standard)
) as [number, number, number]
const random = seeded(seed)

/** Peers that hang together with the first one by what has been found. */
const together = (finders: readonly Finder[]): number => {
  const neighbours = new Map(finders.map(({ name }) => [name, new Set<string>()]))
  for (const { name, found } of finders) {
    for (const other of found.keys()) {
      neighbours.get(name)!.add(other)
      neighbours.get(other)?.add(name)
    }
  }
  const reached = new Set([finders[0]!.name])
  for (const name of reached) for (const other of neighbours.get(name)!) reached.add(other)
  return reached.size
}

const finders = await Promise.all(Array.from({ length: peers }, (_, i) => startFinder(1000 + i)))
let dialled = 0
for (const { node } of finders) {
  node.addEventListener('connection:open', ({ detail: { direction } }) => {
    if (direction === 'outbound') dialled++
  })
}
const began = performance.now()
const spent = process.cpuUsage()
// Of those before it, so that all can be reached from each.
for (const [i, { node }] of finders.entries()) {
  if (i === 0) continue
  void node.dial(finders[random.integer(i)]!.node.getMultiaddrs()).catch(() => {})
}

const goals: Record<string, () => boolean> = {
  'every peer has found another': () => finders.every(({ found }) => found.size > 0),
  'all hang together': () => together(finders) === peers
}
const cpu = (): number => {
  const { user, system } = process.cpuUsage(spent)
  return (user + system) / 1000
}
const reached = new Map<string, readonly [wall: number, cpu: number]>()
while (reached.size < 2 && performance.now() - began < patience * 1000) {
  await new Promise((resolve) => setTimeout(resolve, 100))
  // Whoever is found is met, and speaks.
  for (const { part, found } of finders) part.company(found.size)
  for (const [goal, isReached] of Object.entries(goals)) {
    if (!reached.has(goal) && isReached()) reached.set(goal, [performance.now() - began, cpu()])
  }
}
const seconds = (times: readonly [number, number] | undefined): string => {
  if (times === undefined) return `not within ${patience} s`
  const [wall, used] = times.map((time) => (time / 1000).toFixed(1))
  return `${wall} s (${used} s of CPU)`
}
process.stdout.write(
  [
    `${peers} peers in one process, each knows one other`,
    ...Object.keys(goals).map((goal) => `${goal}: ${seconds(reached.get(goal))}`),
    `told of others: ${Math.min(...finders.map(({ found }) => found.size))} at least`,
    `dials: ${(dialled / peers).toFixed(1)} a peer\n`
  ].join('\n')
)
await Promise.all(finders.map(({ node }) => node.stop()))
