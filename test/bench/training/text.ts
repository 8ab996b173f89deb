import { borderlessTable } from '../../../src/report/borderless-table.ts'
import { bytesText } from '../../../src/report/figures.ts'
import type { Unusable } from './backends.ts'
import type { ColdStart } from './cold-start.ts'
import type { Growth } from './growth.ts'
import type { PeerMemory } from './peer-memory.ts'
import type { Platform } from './platform.ts'
import type { CaseTimes, StepTimes } from './step-times.ts'

const NONE = '-'

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0)

/** Three digits, as much as a busy machine lets one know. */
const digits = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)

const cellsOf = (row: StepTimes): readonly string[] => {
  const { backend, library, summary, ratio, gradientDifference, memory } = row
  return [
    backend,
    summary === null ? 'no step in time' : digits(summary.msPerStep),
    summary === null ? NONE : digits(summary.leastMsPerStep),
    summary === null ? NONE : digits(summary.examplesPerSecond),
    ratio === null ? NONE : digits(ratio),
    summary === null ? NONE : summary.threads.toFixed(2),
    memory === null ? NONE : megabytes(memory.resident),
    memory === null ? NONE : megabytes(memory.peak),
    gradientDifference === null ? NONE : gradientDifference.toExponential(1),
    library
  ]
}

const HEAD = [
  'backend',
  'ms/step',
  'least',
  'samples/s',
  'ratio',
  'threads',
  'MB',
  'peak MB',
  'gradient',
  'library'
]

export const leftOutText = ({ name, reason }: Unusable): string => `left out: ${name}, ${reason}`

export const caseText = ({ model, parameters, batch, rows, failures }: CaseTimes): string =>
  [
    `${model}: ${parameters.toLocaleString('en')} parameters, batch of ${batch}`,
    borderlessTable(HEAD, ['backend', 'library'], rows.map(cellsOf)),
    ...failures.map(({ backend, reason }) => `failed: ${backend}, ${reason}`)
  ].join('\n')

export const platformText = (of: Platform): string =>
  [
    `${of.processor}, ${of.cores} cores, ${bytesText(of.memoryBytes)}, ${of.system}`,
    `${of.runtime}; load ${of.load.toFixed(1)}`
  ].join('\n')

export const coldStartText = (starts: readonly ColdStart[]): string =>
  [
    'cold start, mlp: ms from the start to the end of the first step',
    borderlessTable(
      ['started', 'backend', 'new process', 'new thread'],
      ['started', 'backend'],
      starts.map(({ what, backend, process, thread }) => [
        what,
        backend,
        digits(process),
        digits(thread)
      ])
    )
  ].join('\n')

/** Smaller than the smallest object of V8: not one is left behind by a step. */
const bytesPerStep = ({ heap, steps }: Growth): string => (heap / steps).toFixed(1)

export const growthText = (growths: readonly Growth[]): string =>
  [
    `growth, ${growths[0]!.model}: bytes held after the steps and not before`,
    borderlessTable(
      ['backend', 'steps', 'heap', 'heap/step', 'code', 'array buffers', 'WebAssembly', 'tensors'],
      ['backend'],
      growths.map((growth) => [
        growth.backend,
        String(growth.steps),
        growth.heap.toLocaleString('en'),
        bytesPerStep(growth),
        growth.code.toLocaleString('en'),
        growth.arrayBuffers.toLocaleString('en'),
        growth.wasm.toLocaleString('en'),
        growth.tensors === null ? NONE : String(growth.tensors)
      ])
    )
  ].join('\n')

export const peersText = ({ peers, largest, mean, together }: PeerMemory): string =>
  [
    `live peers, mlp: peak resident memory of ${peers} processes`,
    `largest ${megabytes(largest)} MB, mean ${megabytes(mean)} MB; all at once ${megabytes(together)} MB`
  ].join('\n')
