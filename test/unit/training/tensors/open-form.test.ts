import test from 'ava'
import { createModel } from '../../../../src/training/models/create-model.ts'
import { rowSides, type TrainedConfig } from '../../../../src/training/models/model.ts'
import { openBackend } from '../../../../src/training/tensors/backend.ts'
import { openForm } from '../../../../src/training/tensors/open-form.ts'
import { layer, sequence } from './layers/topologies.ts'

type Topology = Extract<TrainedConfig, { name: 'layers' }>['topology']

/** As JSON from outside comes. */
const asData = (value: unknown): Topology => value as Topology

const SIDES = rowSides([1, 1, 6], 3)

test.serial('should open built-in models and topologies alike', async (t) => {
  await openBackend('cpu')
  const config = { name: 'mlp' as const, hidden: [4] }
  const { layout } = await openForm(config, SIDES)
  t.is(layout.hash, createModel(config, SIDES).layout.hash)
  const topology = sequence([6], layer('Dense', { units: 4 }), layer('Dense', { units: 3 }))
  const opened = await openForm(
    { name: 'layers', topology: asData(topology), weights: null },
    SIDES
  )
  t.is(opened.layout.length, layout.length)
})

test.serial('should refuse topologies that cannot be read', async (t) => {
  await openBackend('cpu')
  await t.throwsAsync(
    () => openForm({ name: 'layers', topology: asData(7), weights: null }, SIDES),
    {
      name: 'InvalidInputError',
      message: /^model\.topology/
    }
  )
})
