/** A model on one of our backends, alone in its process; requests.ts says what it is asked. */
import { createInterface } from 'node:readline'
import type { Descender, Engine, Step } from '../../../src/training/engine.ts'
import { type Vector, zeros } from '../../../src/vector/vector.ts'
import type { Usable } from './backends.ts'
import { batchesOf, replicaOf, writeVector } from './batches.ts'
import { CASES, type Case, OPTIMIZER, RATE } from './cases.ts'
import { openForPeer } from './engines.ts'
import type { GradientAnswer, OpenAnswer, Request, Turn } from './requests.ts'

/** Steps between two exchanges, as peers take them: the replica is copied in and out once for all. */
const LOCAL_STEPS = 8

class Training {
  readonly #engine: Engine
  readonly #replica: Vector
  readonly #descender: Descender
  readonly #batches: ReturnType<typeof batchesOf>
  #drawn = 0
  #secondsPerStep = Number.POSITIVE_INFINITY

  constructor(engine: Engine, one: Case) {
    this.#engine = engine
    this.#replica = replicaOf(one)
    this.#descender = engine.descender(OPTIMIZER, null)
    this.#batches = batchesOf(one)
  }

  async gradient(path: string): Promise<GradientAnswer> {
    const into = zeros(this.#replica.length)
    const began = performance.now()
    const loss = this.#engine.gradient(this.#replica, this.#batches[0]!, into)
    this.#secondsPerStep = (performance.now() - began) / 1000
    await writeVector(path, into)
    return { loss }
  }

  run(seconds: number): Turn {
    const before = process.cpuUsage()
    const began = performance.now()
    let steps = 0
    let passed = 0
    while (passed < seconds) {
      const affordable = Math.floor((seconds - passed) / this.#secondsPerStep)
      const count = Math.max(1, Math.min(LOCAL_STEPS, affordable))
      this.#descender.descend(this.#replica, this.#steps(count), null)
      steps += count
      passed = (performance.now() - began) / 1000
      this.#secondsPerStep = passed / steps
    }
    const { user, system } = process.cpuUsage(before)
    return { steps, seconds: passed, processorSeconds: (user + system) / 1e6 }
  }

  *#steps(count: number): Generator<Step> {
    for (let i = 0; i < count; i++) {
      yield { batch: this.#batches[this.#drawn++ % this.#batches.length]!, rate: RATE }
    }
  }
}

const [backend, name] = JSON.parse(process.argv[2]!) as readonly [Usable, string]
const one = CASES[name]!()
let training: Training

const answerTo = async (request: Request): Promise<OpenAnswer | GradientAnswer | Turn> => {
  switch (request.type) {
    case 'open': {
      const engine = await openForPeer(backend.name, one)
      training = new Training(engine, one)
      return { parameters: engine.layout.length, library: backend.description }
    }
    case 'gradient':
      return training.gradient(request.into)
    case 'run':
      return training.run(request.seconds)
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answerTo(JSON.parse(line)))}\n`)
}
