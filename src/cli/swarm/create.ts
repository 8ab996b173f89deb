/** `swarmgrad swarm create`: a scenario becomes a manifest that strangers can believe. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { publicFolder } from '../../data/public/public-folder.ts'
import { describeProblem, InvalidInputError } from '../../errors.ts'
import { signEnvelope } from '../../network/door/signing.ts'
import { verifyEnvelope } from '../../network/door/verify-envelope.ts'
import { peerNameOf } from '../../network/peer-name.ts'
import { manifestOf } from '../../simulation/manifest-of.ts'
import { recipeOfScenario, type Scenario } from '../../simulation/scenario.ts'
import { writeFileAtomic } from '../../storage/atomic-file.ts'
import { type CreatorKey, loadCreatorKey } from '../../storage/creator-key.ts'
import { MAX_ENVELOPE_BYTES } from '../../swarm/envelope.ts'
import type { Manifest } from '../../swarm/manifest.ts'
import { nameSchema } from '../../swarm/recipe.ts'
import { sharingProblems } from '../../swarm/sharing-problems.ts'
import { openBench } from '../../training/bench.ts'
import type { Layout } from '../../vector/layout.ts'
import type { CreateFlags } from '../commands/swarm.ts'
import { Gathered } from '../gathered.ts'
import { PlainProgress } from '../plain-progress.ts'
import { harmless } from '../print-error.ts'
import { reasonOf } from '../read-document.ts'
import { loadScenario } from '../scenario-file.ts'
import { readTerms, type Terms } from './terms.ts'

const refuse = (path: string, rule: string, remedy: string): never => {
  throw new InvalidInputError([{ path, rule, remedy }])
}

const say = (text: string): void => void process.stderr.write(`${harmless(text)}\n`)

/** A file name of the swarm's name. */
const fileNameOf = (name: string): string => {
  const plain = name.replace(/[^\w.-]+/g, '-').replace(/^[.-]+/, '')
  return `${plain === '' ? 'swarm' : plain}.swarm`
}

const checkTarget = async (file: string, force: boolean): Promise<void> => {
  const there = await stat(file).catch(() => null)
  if (there === null || (force && there.isFile())) return
  const remedy = there.isFile() ? 'give another --out, or --force' : 'give another --out'
  refuse('--out', `${file} is there already`, remedy)
}

/** Fetches the public files as a member would: what is not there, or has another hash, is noticed now. */
const dataFor = async (
  { data }: Scenario,
  { sharing }: Terms,
  { dataset }: CreateFlags
): Promise<string | null> => {
  const listed = sharing.kind === 'public' && sharing.files.length > 0
  if (!listed || (data.path !== null && dataset === undefined)) return data.path
  const progress = new PlainProgress(say, () => performance.now())
  try {
    return await publicFolder(sharing, data.path, {
      onProgress: ({ done, total }) => progress.show({ stage: 'data', done: done / total }),
      onFailed: (problem) => say(describeProblem(problem))
    })
  } finally {
    progress.stop()
  }
}

/** The model's layout, which takes the data's width and classes. */
const layoutFor = async (
  scenario: Scenario,
  dataPath: string | null,
  { trainer }: CreateFlags
): Promise<Layout> => {
  const bench = await openBench({
    recipe: recipeOfScenario(scenario),
    dataPath,
    weightsPath: scenario.weights.path,
    shards: scenario.peers,
    wanted: { shards: [] },
    trainer: trainer === undefined ? null : resolve(trainer),
    backend: scenario.backend
  })
  bench.dispose()
  return bench.layout
}

/** As a stranger will look at it. @throws InvalidInputError */
const checkEnvelope = async (bytes: Uint8Array): Promise<void> => {
  if (bytes.byteLength > MAX_ENVELOPE_BYTES) {
    const rule = `makes a manifest of ${bytes.byteLength} bytes, more than the ${MAX_ENVELOPE_BYTES} that members pass on`
    refuse('--from', rule, 'take a smaller topology, or a shorter list of peers')
  }
  const { problems } = await verifyEnvelope(bytes, null)
  if (problems.length > 0) throw new InvalidInputError(problems)
}

const manifestFor = (
  scenario: Scenario,
  { admission, sharing, ends }: Terms,
  layout: Layout,
  creator: string
): Manifest => ({
  ...manifestOf(scenario, layout),
  parameters: layout.length,
  creator,
  admission,
  sharing,
  ...(ends === null ? {} : { ends })
})

/** What is the simulation's own affair goes: a fault of the seventh peer, say. */
const overridesOf = ({ set = [], members }: CreateFlags): readonly string[] => [
  ...set,
  ...['mode=virtual', 'faults=[]', 'baselines=[]', 'until=null'],
  ...(members !== undefined && /^([1-9]\d{0,3}|10000)$/.test(members) ? [`peers=${members}`] : [])
]

const keyWords = ({ path, isNew }: CreatorKey): string =>
  isNew
    ? `${path} (made now: keep a copy. Whoever loses it can make no more invites, and whoever has it can)`
    : path

const nextSteps = (file: string): string => {
  const name = /^[\w./-]+$/.test(file) ? file : `'${file}'`
  return `next:
  swarmgrad swarm show ${name}
      what joining it takes, in plain words
  swarmgrad join ${name} --state DIR
      be its first member; others find the swarm through members that run
  swarmgrad swarm invite ${name} --config DIR/peer.json
      the link for all others, while that peer runs`
}

export const createSwarm = async (flags: CreateFlags): Promise<void> => {
  const found = new Gathered()
  const { name } = flags
  if (name !== undefined && !nameSchema.safeParse(name).success) {
    found.add([
      {
        path: '--name',
        rule: 'must have 1 to 100 characters, none of them a control character',
        remedy: 'give a short name'
      }
    ])
  }
  const read = await loadScenario(flags.from, overridesOf(flags), found)
  const terms = await readTerms(read, flags, found)
  if (terms === null) throw found.toError()
  const scenario: Scenario = {
    ...read,
    name: name ?? read.name,
    training: { ...read.training, steps: terms.steps }
  }
  const file = resolve(flags.out ?? fileNameOf(scenario.name))
  await checkTarget(file, flags.force === true)
  say('reading the data, for the shape of the model')
  const { sharing } = terms
  const badShares = sharingProblems({ ...recipeOfScenario(scenario), sharing })
  if (badShares.length > 0) throw new InvalidInputError(badShares)
  const layout = await layoutFor(scenario, await dataFor(scenario, terms, flags), flags)
  const key = await loadCreatorKey(flags.key === undefined ? undefined : resolve(flags.key))
  const creator = await peerNameOf(key.seed)
  const { cid, bytes } = await signEnvelope(manifestFor(scenario, terms, layout, creator), key.seed)
  await checkEnvelope(bytes)
  await writeFileAtomic(file, bytes).catch((error: unknown) =>
    refuse(
      '--out',
      `${file} cannot be written: ${reasonOf(error)}`,
      'give a file that can be written'
    )
  )
  if (flags.json === true) {
    const document = { file, cid, creator, key: key.path, keyIsNew: key.isNew }
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
    return
  }
  const lines = [file, `  swarm    ${cid}`, `  creator  ${creator}`, `  key      ${keyWords(key)}`]
  process.stdout.write(
    harmless(`${lines.join('\n')}\n\n${nextSteps(flags.out ?? fileNameOf(scenario.name))}\n`)
  )
}
