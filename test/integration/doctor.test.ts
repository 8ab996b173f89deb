import test from 'ava'
import type { Checkup } from '../../src/report/checkup.ts'
import { startProgram } from '../helpers/program.ts'

test('doctor says what this machine computes with', async (t) => {
  const { code, stdout, stderr } = await startProgram(t, ['doctor']).exit
  t.is(code, 0)
  t.is(stderr, '')
  t.regex(stdout, /^Node +\d+\.\d+\.\d+ on \w+, \w+$/m)
  t.regex(stdout, /^backend +through +state +smoke test +note$/m)
  t.regex(stdout, /^\w+ +.* +taken +\d+ ms +for .*mlp/m)
  t.regex(stdout, /\n\n(Faster on this machine: {2}npm \S.*|Nothing that could be .*)\n$/)
})

test('doctor --json prints one document and nothing else', async (t) => {
  const { code, stdout, stderr } = await startProgram(t, ['doctor', '--json']).exit
  t.is(code, 0)
  t.is(stderr, '')
  const { node, cores, backends }: Checkup = JSON.parse(stdout)
  t.is(node, process.versions.node)
  t.true(cores >= 1)
  t.deepEqual(
    backends.map(({ backend }) => backend),
    ['tensorflow', 'tensorflow', 'webgpu', 'wasm', 'wasm', 'cpu']
  )
  t.is(backends.filter(({ models }) => models.includes('mlp')).length, 1)
  // These two need nothing that is not installed with swarmgrad.
  for (const backend of ['wasm', 'cpu']) {
    for (const check of backends.filter((it) => it.backend === backend)) {
      t.is(check.smokeTest, 'passed', `${backend} (${check.through}): ${check.reason}`)
    }
  }
})

test('doctor takes no arguments', async (t) => {
  const { code, stderr } = await startProgram(t, ['doctor', 'aspirin']).exit
  t.is(code, 2)
  t.regex(stderr, /too many arguments/)
})
