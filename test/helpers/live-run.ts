/** Small swarms over real sockets, the same in virtual time, and the death of one of their processes. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { type Results, resultsSchema } from '../../src/storage/results.ts'
import { type RoundRecord, roundRecordSchema } from '../../src/storage/round-record.ts'
import { type Exit, fileOnce, startProgram, temporaryFolder } from './program.ts'

export const PEERS = 4
/** Each completes so many rounds before one of them is killed. */
const UNDER_WAY = 20

type Mode = '--live' | '--virtual'

/** Of 784-8-10 perceptrons on the built-in digits. */
export const smallScenario = (strategy: object, training: object, others: object = {}): object => ({
  name: 'small',
  seed: 3,
  mode: 'live',
  peers: PEERS,
  model: { name: 'mlp', hidden: [8] },
  data: { name: 'glyphs', partition: { kind: 'iid' } },
  training: { learningRate: 0.03, batch: 16, localSteps: 4, ...training },
  strategy,
  topology: { name: 'ring' },
  evaluateEvery: 5,
  ...others
})

interface Launched {
  readonly folder: string
  /** Of what it writes. */
  readonly out: string
  readonly exit: Promise<Exit>
}

const start = async (t: ExecutionContext, scenario: object, mode: Mode): Promise<Launched> => {
  const folder = await temporaryFolder(t)
  const file = join(folder, 'scenario.json')
  await writeFile(file, JSON.stringify(scenario))
  const out = join(folder, 'out')
  const args = ['simulate', file, mode, '--json', '--out', out]
  return { folder, out, exit: startProgram(t, args).exit }
}

const resultsOf = async (t: ExecutionContext, { exit }: Launched): Promise<Results> => {
  const { code, stdout, stderr } = await exit
  t.is(code, 0, stderr)
  return resultsSchema.parse(JSON.parse(stdout))
}

export const run = async (t: ExecutionContext, scenario: object, mode: Mode): Promise<Results> =>
  resultsOf(t, await start(t, scenario, mode))

/** What all have done once each has some rounds behind it; the run must not be over by then, or nearly so. */
const underWay = async (
  t: ExecutionContext,
  { folder, out, exit }: Launched,
  rounds: number
): Promise<readonly RoundRecord[]> => {
  const enough = (lines: string): boolean =>
    Array.from({ length: PEERS }, (_, peer) => `{"peer":${peer},"round":`).every(
      (begins) => lines.split(begins).length > UNDER_WAY
    )
  const begun = fileOnce(join(out, 'rounds.jsonl'), folder, enough)
  const text = await Promise.race([begun, exit.then(({ stderr }) => stderr)])
  t.regex(text, /^{"peer"/, 'over before all had completed some rounds')
  // The last line may still be on its way.
  const lines = text.trim().split('\n').slice(0, -1)
  const records = lines.map((line) => roundRecordSchema.parse(JSON.parse(line)))
  const furthest = Math.max(...records.map(({ round }) => round))
  t.true(furthest < rounds - 50, 'the run was nearly over before the kill')
  return records
}

/** The peer that has sent most. */
export const busiest = (records: readonly RoundRecord[]): number => {
  const sent = Array.from({ length: PEERS }, () => 0)
  for (const { peer, bytesSent } of records) sent[peer] = Math.max(sent[peer]!, bytesSent)
  return sent.indexOf(Math.max(...sent))
}

/** kill -9 */
const kill = async ({ out }: Launched, peer: number): Promise<void> => {
  const log = await readFile(join(out, `peers/${peer}/peer.log`), 'utf8')
  process.kill(JSON.parse(log.split('\n')[0]!).pid, 'SIGKILL')
}

interface Survived {
  readonly results: Results
  /** Those of all but the one that was killed. */
  readonly others: Results['peersDetail']
}

/** Runs it, and kills a peer once all are under way. The others finish, with one replica. */
export const runWithout = async (
  t: ExecutionContext,
  scenario: object,
  rounds: number,
  choose: (records: readonly RoundRecord[]) => number
): Promise<Survived> => {
  const launched = await start(t, scenario, '--live')
  const killed = choose(await underWay(t, launched, rounds))
  await kill(launched, killed)
  const results = await resultsOf(t, launched)
  const { peersDetail } = results
  t.deepEqual(
    peersDetail.map(({ status }) => status),
    peersDetail.map((_, peer) => (peer === killed ? 'died (SIGKILL)' : 'finished'))
  )
  const others = peersDetail.filter((_, peer) => peer !== killed)
  for (const { replicaHash } of others) t.is(replicaHash, others[0]!.replicaHash)
  return { results, others }
}

/** The killed peer's shard of the data is not learned from any more: that is all. */
export const learnedAsUsual = (
  t: ExecutionContext,
  others: Results['peersDetail'],
  undisturbed: Results
): void => {
  for (const { peer, loss } of others) {
    const usual = undisturbed.peersDetail[peer]!.loss!
    t.true(Math.abs(loss! - usual) < 0.15 * usual, `${loss}, undisturbed ${usual}`)
  }
  t.log(`loss ${others[0]!.loss}, undisturbed ${undisturbed.peersDetail[0]!.loss}`)
}
