/** What `swarm create` is told beside the scenario, checked all at once. */
import { z } from 'zod'
import { MNIST_FILES, MNIST_TEST_FILES, MNIST_URL } from '../../data/mnist-files.ts'
import { InvalidInputError } from '../../errors.ts'
import type { Scenario } from '../../simulation/scenario.ts'
import { type Admission, peerIdSchema } from '../../swarm/admission.ts'
import { check } from '../../swarm/problems.ts'
import {
  type PublicFile,
  publicFileSchema,
  type Sharing,
  sharingSchema
} from '../../swarm/sharing.ts'
import type { CreateFlags } from '../commands/swarm.ts'
import type { Gathered } from '../gathered.ts'
import { numberFlag } from '../number-flag.ts'
import { readDocument } from '../read-document.ts'

export interface Terms {
  /** Local steps of each member. */
  readonly steps: number
  readonly admission: Admission
  readonly sharing: Sharing
  /** Milliseconds since 1970; null: no date. */
  readonly ends: number | null
}

const refuse = (path: string, rule: string, remedy: string): never => {
  throw new InvalidInputError([{ path, rule, remedy }])
}

const MAX_SHARDS = 10_000

const admissionOf = ({ admission = 'open', allow = [] }: CreateFlags): Admission => {
  if (admission !== 'allow-list') {
    if (allow.length === 0) return { kind: admission }
    return refuse(
      '--allow',
      `says nothing of a swarm that is ${admission}`,
      'add --admission allow-list'
    )
  }
  if (allow.length === 0) {
    const remedy =
      'add --allow PEERID...; swarmgrad swarm id --state FOLDER tells everybody their own'
    return refuse('--admission', 'allow-list needs peers that are allowed', remedy)
  }
  for (const peer of allow) {
    const { data } = peerIdSchema.safeParse(peer)
    if (data === undefined) {
      refuse('--allow', `is no peer id: ${peer.slice(0, 80)}`, 'give one such as 12D3KooW...')
    }
  }
  return { kind: 'allow-list', peers: [...new Set(allow)].sort() }
}

const mirrored = (files: typeof MNIST_FILES): readonly PublicFile[] =>
  files.map(({ name, bytes, sha256 }) => ({ name, urls: [`${MNIST_URL}${name}`], sha256, bytes }))

/** Files that this program knows where to get. */
const KNOWN: Readonly<Partial<Record<Scenario['data']['name'], () => readonly PublicFile[]>>> = {
  glyphs: () => [],
  mnist: () => mirrored(MNIST_FILES),
  'mnist-10k': () => mirrored(MNIST_TEST_FILES)
}

const filesIn = async (path: string): Promise<readonly PublicFile[]> => {
  const { data, problems } = check(z.array(publicFileSchema).min(1), await readDocument(path))
  if (data !== null) return data
  throw new InvalidInputError(
    problems.map(({ path: at, ...rest }) => ({ path: `${path}: ${at}`, ...rest }))
  )
}

const sharingOf = async (
  { data }: Scenario,
  { sharing, dataset }: CreateFlags
): Promise<Sharing> => {
  const known = KNOWN[data.name]
  const kind = sharing ?? (dataset !== undefined || known !== undefined ? 'public' : 'own')
  if (kind === 'own') {
    if (dataset === undefined) return { kind }
    return refuse(
      '--dataset',
      'says nothing of a swarm that shares no data',
      'remove it, or --sharing own'
    )
  }
  // Members may have to bring them, and are held to their hash.
  const brought = data.sha256 === undefined ? undefined : []
  const files = dataset === undefined ? (known?.() ?? brought) : await filesIn(dataset)
  if (files === undefined) {
    const rule = `needs the files of ${data.name}, where they can be had, and their hashes`
    return refuse(
      '--sharing',
      rule,
      'add --dataset FILE (docs/joining.md shows one), give data.sha256, or take --sharing own'
    )
  }
  return sharingSchema.parse({ kind, files })
}

/** Rounds of each member, or samples of all together, as local steps of each. */
const stepsOf = ({ training, peers }: Scenario, { rounds, samples }: CreateFlags): number => {
  const { localSteps, batch, steps } = training
  if (rounds !== undefined) {
    const most = Math.floor(1e9 / localSteps)
    const rule = { flag: '--rounds', least: 1, most, example: '400' }
    return numberFlag(rounds, rule) * localSteps
  }
  if (samples === undefined) return steps
  const each = peers * batch
  const rule = {
    flag: '--samples',
    least: 1,
    most: Math.min(1e9 * each, 2 ** 50),
    example: '10000000'
  }
  return Math.ceil(numberFlag(samples, rule) / each)
}

const endsOf = ({ until }: CreateFlags, now: number): number | null => {
  if (until === undefined) return null
  const moment = Date.parse(until)
  const remedy = 'write it like --until 2031-12-31T18:00Z'
  if (Number.isNaN(moment)) return refuse('--until', `is no date: '${until.slice(0, 60)}'`, remedy)
  if (moment <= now) return refuse('--until', `${until} is over`, 'give a date that is to come')
  return moment
}

/** Null: there are problems, which `found` has. */
export const readTerms = async (
  scenario: Scenario,
  flags: CreateFlags,
  found: Gathered
): Promise<Terms | null> => {
  const { members } = flags
  const rule = { flag: '--members', least: 1, most: MAX_SHARDS, example: '12' }
  if (members !== undefined) await found.from(() => numberFlag(members, rule))
  const steps = await found.from(() => stepsOf(scenario, flags))
  const admission = await found.from(() => admissionOf(flags))
  const sharing = await found.from(() => sharingOf(scenario, flags))
  const ends = await found.from(() => endsOf(flags, Date.now()))
  if (!found.empty || steps === null || admission === null || sharing === null) return null
  return { steps, admission, sharing, ends }
}
