import test from 'ava'
import { STRATEGIES } from '../../src/strategy/registry.ts'
import { strategyContract } from './strategy.ts'

for (const name of Object.keys(STRATEGIES)) strategyContract(test, name)
