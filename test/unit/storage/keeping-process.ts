/**
 * A process that keeps numbers until it is killed: says first what it has found, then each number that
 * is on the disk. A checkpoint holds all numbers up to its round. Argument: the folder.
 */
import { life, open, own, whole } from './state.ts'

const EVERY = 12
const [place = ''] = process.argv.slice(2)
const say = (words: object): void => void process.stdout.write(`${JSON.stringify(words)}\n`)

const { records, notices } = await life(place)
const numbers = records.map((record) => (record.kind === 'own' ? record.seq : record.round))
say({ found: numbers, first: records[0]?.kind ?? null, notices })
const { store } = await open(place)
let next = Math.max(0, ...numbers) + 1
for (;;) {
  if (next % EVERY === 0) {
    const round = next - 1
    void store.checkpoint(whole(round)).then(() => say({ checkpoint: round }))
  }
  await store.append(own(next, 2000))
  say({ kept: next })
  next++
}
