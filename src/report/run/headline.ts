/** What the page says before any chart: what was run, what must be known, and what came of it. */
import type { Results } from '../../storage/results.ts'
import { divergenceOf } from '../divergence.ts'
import { bytesText, percent, ratioText, twoDigits } from '../figures.ts'
import { type Html, html } from '../html.ts'
import type { Rounds } from '../rounds/digest.ts'

const plural = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`

export const factsOf = (results: Results): string => {
  const { seed, peers, rounds, mode, strategy, model, data, backend } = results
  const { kind, ...options } = data.partition
  const details = Object.entries(options).map(
    ([name, value]) => ` ${name} ${JSON.stringify(value)}`
  )
  return [
    `seed ${seed}`,
    plural(peers, 'peer'),
    plural(rounds, 'round'),
    mode === 'virtual' ? 'virtual time' : 'live',
    strategy,
    `${model.name} with ${plural(model.parameters, 'parameter')}`,
    data.name === 'none' ? 'no data' : `${data.name}, ${kind}${details.join()}`,
    ...(backend === 'none' ? [] : [backend])
  ].join(' · ')
}

export const noticesOf = (results: Results, rounds: Rounds | null): readonly string[] => {
  const { interrupted, peersDetail } = results
  const unfinished = peersDetail.filter(({ status }) => status !== 'finished')
  const divergence = divergenceOf(peersDetail)
  return [
    ...(interrupted ? ['The run was interrupted: these are the figures of that moment.'] : []),
    ...(unfinished.length === 0
      ? []
      : [
          `${unfinished.length} of ${plural(peersDetail.length, 'peer')} did not finish (${[...new Set(unfinished.map(({ status }) => status))].slice(0, 3).join(', ')}): the figures above the charts are those of the others.`
        ]),
    ...(results.consensus !== null && results.consensus.distance === null
      ? [
          'The replicas diverged: no finite distance or loss is left. A smaller learning rate may help.'
        ]
      : []),
    ...(divergence === null ? [] : [`Training diverged: ${divergence}.`]),
    ...(rounds?.notes ?? [])
  ]
}

type Headline = readonly [name: string, value: string, more: string]

const sentences = (parts: ReadonlyArray<string | null>): string =>
  parts.filter((part) => part !== null && part !== '').join(' · ')

const learned = ({ accuracy, loss, validation }: Results): readonly Headline[] => {
  const checked =
    validation === null || validation.accuracy === null
      ? null
      : `${percent(validation.accuracy)} on the validation split`
  if (accuracy !== null) {
    const more = sentences([
      `worst peer ${percent(accuracy.worst)}`,
      `mean of the replicas ${percent(accuracy.consensusModel)}`,
      checked
    ])
    return [['Test accuracy, mean of the peers', percent(accuracy.mean), more]]
  }
  return loss === null
    ? []
    : [['Loss, mean of the peers', twoDigits(loss.mean), `worst peer ${twoDigits(loss.worst)}`]]
}

const headlines = (results: Results): readonly Headline[] => {
  const { consensus, bytes, seconds } = results
  const ratio = ratioText(bytes.ratioToAllReduce).replace(/^, /, '')
  const goal = consensus?.roundsToGoal ?? null
  return [
    ...learned(results),
    [
      'Sent per peer',
      bytesText(bytes.sentPerPeer),
      sentences([
        ratio === '' ? null : `${ratio} (its bytes by formula)`,
        `${bytesText(bytes.perPeerPerRound)} a round`
      ])
    ],
    ...(consensus === null
      ? []
      : [
          [
            'Consensus distance',
            twoDigits(consensus.distance),
            sentences([
              `mean drift ${twoDigits(consensus.meanDrift)}`,
              goal === null ? null : `goal reached after ${plural(goal, 'round')}`
            ])
          ] as const
        ]),
    seconds.virtual === null
      ? ['Time', `${seconds.wall.toFixed(1)} s`, 'of the whole run, with loading']
      : [
          'Virtual time',
          `${seconds.virtual.toFixed(1)} s`,
          `simulated in ${seconds.wall.toFixed(1)} s`
        ]
  ]
}

export const leadOf = (results: Results): Html =>
  html`<dl class="figures">${headlines(results).map(
    ([name, value, more]) =>
      html`<div class="card"><dt>${name}</dt><dd class="value">${value}</dd><dd class="more">${more}</dd></div>
`
  )}</dl>`
