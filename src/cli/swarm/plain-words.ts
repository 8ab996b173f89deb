/** What a manifest says, in sentences for somebody who has never seen one. */

import { bytesText, percent } from '../../report/figures.ts'
import { STRATEGIES } from '../../strategy/registry.ts'
import type { Manifest } from '../../swarm/manifest.ts'
import { roundsOf } from '../../swarm/recipe.ts'

export interface Fact {
  readonly name: string
  /** The first line, and those below it. */
  readonly lines: readonly string[]
}

const MAX_LISTED = 8

const count = (value: number): string => value.toLocaleString('en')

const listed = (items: readonly string[]): readonly string[] =>
  items.length <= MAX_LISTED
    ? items
    : [...items.slice(0, MAX_LISTED), `and ${count(items.length - MAX_LISTED)} more`]

const modelWords = ({ model }: Manifest): string => {
  switch (model.name) {
    case 'mlp':
      return `a perceptron with hidden layers of ${model.hidden.join(', ') || 'nothing'}`
    case 'cnn':
      return `a convolutional network of ${count(model.convolutions.length)} convolutions`
    case 'resnet20':
      return 'a residual network of 20 layers'
    case 'gpt':
      return `a small GPT of ${model.layers} layers, which sees ${model.context} symbols`
    case 'layers':
      return 'a network that TensorFlow.js describes'
    case 'custom':
      return `a model of somebody's own: ${model.program}`
    case 'quadratic':
    case 'averaging':
      return `${model.name}, which is for experiments and learns nothing`
    default:
      return model satisfies never
  }
}

const DATA: Readonly<Record<Manifest['data']['name'], string>> = {
  glyphs: 'drawn digits, which every member draws for itself',
  mnist: 'MNIST, handwritten digits',
  'mnist-10k': "MNIST's 10,000 test digits",
  cifar10: 'CIFAR-10, small photographs of ten kinds of things',
  csv: 'a table',
  images: 'images in a folder for each class',
  text: 'a text',
  none: 'none that this program reads'
}

/** Only the host: it is what a reader wants to know, and an address may be long. */
const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url.slice(0, 60))

const dataFacts = ({ data, sharing, model }: Manifest): readonly string[] => {
  const columns = data.label === undefined ? '' : `; it learns to tell the column ${data.label}`
  const what = `${DATA[data.name]}${columns}`
  if (model.name === 'custom') return [what, 'whatever the trainer that you bring has']
  if (sharing === undefined || sharing.kind === 'own') {
    if (data.name === 'none') return [what]
    return [what, 'your own: they stay on this machine, and you say where they are (--data)']
  }
  const { files, epochRounds } = sharing
  const dealt = `each member trains on parts of them, dealt out anew every ${count(epochRounds)} rounds`
  const sources = files.map(
    ({ name, bytes, urls }) => `${name}, ${bytesText(bytes)}, from ${urls.map(hostOf).join(' or ')}`
  )
  const held = data.sha256 === undefined ? [] : [`its files are held to the SHA-256 ${data.sha256}`]
  const fetched =
    files.length === 0 ? held : ['public files, checked by their SHA-256:', ...listed(sources)]
  return [what, dealt, ...fetched]
}

const methodWords = ({
  strategy,
  topology,
  training,
  compression
}: Manifest): readonly string[] => {
  const degree = topology.name === 'random-regular' ? ` of degree ${topology.degree}` : ''
  const steps = `${training.localSteps} local steps of ${training.batch} examples, then what was learned is told`
  const share = STRATEGIES[strategy.name]!.sentShare(strategy)
  const over = `over ${topology.name}${degree}`
  if (share === null) return [`${strategy.name} (${compression.name}) ${over}`, steps]
  return [`${strategy.name} ${over}: the largest ${percent(share)} of all changes`, steps]
}

const endWords = ({ training, shards, ends, strategy }: Manifest): readonly string[] => {
  const { steps, batch } = training
  const rounds = `${count(roundsOf(training))} rounds`
  const examples = `${count(steps * batch * shards)} examples`
  const end = STRATEGIES[strategy.name]!.endsTogether
    ? `when all members together have seen ${examples}: ${rounds} of each of ${count(shards)}`
    : `after ${rounds} of each member`
  if (ends === undefined) return [end]
  return [`${end};`, `at ${new Date(ends).toISOString()} (UTC) at the latest`]
}

const admissionWords = ({ admission }: Manifest): readonly string[] => {
  switch (admission?.kind) {
    case 'allow-list':
      return [
        `${count(admission.peers.length)} peers that the manifest lists:`,
        ...listed(admission.peers)
      ]
    case 'invite':
      return ['whoever has an invite of its creator']
    default:
      return ['anybody']
  }
}

export const plainFacts = (manifest: Manifest, parameters: number | null): readonly Fact[] => {
  const size =
    parameters === null ? 'as many parameters as its data make' : `${count(parameters)} parameters`
  return [
    { name: 'model', lines: [modelWords(manifest), size] },
    { name: 'data', lines: dataFacts(manifest) },
    { name: 'method', lines: methodWords(manifest) },
    { name: 'laid out for', lines: [`${count(manifest.shards)} members; more or fewer may come`] },
    { name: 'ends', lines: endWords(manifest) },
    { name: 'members', lines: admissionWords(manifest) }
  ]
}
