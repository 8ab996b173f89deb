/** Going on from what was saved behind the bridge to the device thread. */
import test from 'ava'
import type { BackendName } from '../../../../src/training/backends/candidate.ts'
import { openDevice } from '../../../../src/training/device/open-device.ts'
import type { Engine } from '../../../../src/training/engine.ts'
import { builtIn } from '../helpers.ts'
import {
  ADAM,
  AFTER,
  BATCH,
  BEFORE,
  CASES,
  type Case,
  interrupted,
  kept,
  MOMENTUM,
  openProgram,
  SGD,
  trainerOn
} from '../resume-cases.ts'

const open = (backend: BackendName, { config, sides }: Case): Promise<Engine> =>
  openDevice({ backend, model: builtIn(config), sides }, BATCH)

const { mlp, resnet20, gpt } = CASES

for (const [backend, of, optimizers] of [
  ['wasm', mlp, [SGD, MOMENTUM, ADAM]],
  ['wasm', resnet20, [ADAM]],
  ['wasm', gpt, [MOMENTUM, ADAM]],
  ['cpu', mlp, [SGD, MOMENTUM, ADAM]],
  ['cpu', gpt, [ADAM]]
] as const) {
  test.serial(`should go on bit for bit on ${backend}: ${JSON.stringify(of.config)}`, async (t) => {
    const engines = [await open(backend, of), await open(backend, of)] as const
    for (const optimizer of optimizers) {
      const [expected, resumed] = interrupted(...engines, of, optimizer)
      t.deepEqual(resumed, expected, JSON.stringify(optimizer))
    }
    for (const engine of engines) engine.dispose()
  })
}

test.serial('should go on elsewhere, too, but for rounding', async (t) => {
  const cpu = await open('cpu', mlp)
  const wasm = await open('wasm', mlp)
  const program = openProgram(mlp)
  for (const [from, to] of [
    [program, cpu],
    [cpu, program],
    [wasm, cpu],
    [cpu, wasm]
  ] as const) {
    for (const optimizer of [MOMENTUM, ADAM]) {
      const [a, b] = [trainerOn(from, mlp, optimizer), trainerOn(to, mlp, optimizer)]
      const expected = a.initial()
      a.train(expected, BEFORE, 0)
      b.restore(kept(a.save()))
      const before = expected.slice()
      const replica = expected.slice()
      a.train(expected, AFTER, BEFORE)
      b.train(replica, AFTER, BEFORE)
      const apart = Math.hypot(...replica.map((x, i) => x - expected[i]!))
      const moved = Math.hypot(...before.map((x, i) => x - expected[i]!))
      // Float32 in another order; with other moments, or another count of steps, it would be percents.
      t.true(
        apart / moved < 1e-4,
        `${optimizer.name}, ${from.backend} to ${to.backend}: ${apart / moved}`
      )
    }
  }
  cpu.dispose()
  wasm.dispose()
})

test.serial('should refuse what another optimiser has saved, and stay as it was', async (t) => {
  const engine = await open('cpu', mlp)
  const [trainer, untouched] = [trainerOn(engine, mlp, ADAM), trainerOn(engine, mlp, ADAM)]
  const bad = trainerOn(engine, mlp, MOMENTUM).save()
  t.throws(() => trainer.restore(bad), { instanceOf: RangeError })
  const [a, b] = [trainer.initial(), trainer.initial()]
  trainer.train(a, 3, 0)
  untouched.train(b, 3, 0)
  t.deepEqual(a, b)
  engine.dispose()
})
