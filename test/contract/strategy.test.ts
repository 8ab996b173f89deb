import test from 'ava'
import { STRATEGIES } from '../../src/strategy/registry.ts'
import { type StrategyTraits, strategyContract } from './strategy.ts'

const TRAITS: Readonly<Record<string, StrategyTraits>> = {
  // The mean follows gradient descent; every peer is pulled to its own side of it.
  'gossip-averaging': { options: {}, unit: 0, noise: { mean: 1e-4, peer: 0.15, alone: 0.05 } },
  // One replica. What stays is the size of the last deltas: alpha times what a quarter of the residual
  // holds, a few hundredths here; without control variates it is twice that. Alone, three quarters of
  // what has been learned wait for their turn.
  'delta-set': {
    options: { density: 0.25, alpha: 4, controlVariates: 1 },
    unit: 2 ** -24,
    noise: { mean: 0.05, peer: 0.05, alone: 0.5 }
  },
  // The same, with all peers drawn for every round.
  'federated-averaging': { options: {}, unit: 0, noise: { mean: 1e-4, peer: 1e-4, alone: 0.05 } },
  // Descent on the mean objective, and one replica at the end of every round.
  'parameter-server': { options: {}, unit: 0, noise: { mean: 1e-4, peer: 1e-4, alone: 0.05 } },
  'd-psgd': { options: {}, unit: 0, noise: { mean: 1e-4, peer: 0.15, alone: 0.05 } },
  // One replica, at the fixed point of the mean of all peers' descents.
  diloco: {
    options: { outerRate: 0.7, outerMomentum: 0.5 },
    unit: 0,
    noise: { mean: 1e-4, peer: 1e-4, alone: 0.05 }
  },
  // One replica, which follows gradient descent on the mean objective.
  'ring-all-reduce': {
    options: { deadline: { floorMs: 500, ceilingMs: 5000 } },
    recipe: { topology: { name: 'full' } },
    unit: 0,
    noise: { mean: 1e-4, peer: 1e-4, alone: 0.05 }
  },
  sgp: {
    options: {},
    unit: 2 ** -24,
    rounding: 2 ** -22,
    noise: { mean: 0.01, peer: 0.15, alone: 0.05 }
  }
}

for (const name of Object.keys(STRATEGIES)) strategyContract(test, name, TRAITS[name]!)
