import type { HostPlan } from '../harness/plan.ts'

/** 2 public, 6 behind port-restricted NATs, 2 behind symmetric ones, 2 that can only call; on 4 subnets. */
export const TWELVE: readonly HostPlan[] = [
  { name: 'pub1', subnet: 1, access: 'public' },
  { name: 'pub2', subnet: 3, access: 'public' },
  { name: 'home1', subnet: 1, access: 'port-restricted' },
  { name: 'home2', subnet: 2, access: 'port-restricted' },
  { name: 'home3', subnet: 2, access: 'port-restricted' },
  { name: 'home4', subnet: 3, access: 'port-restricted' },
  { name: 'home5', subnet: 4, access: 'port-restricted' },
  { name: 'home6', subnet: 4, access: 'port-restricted' },
  { name: 'sym1', subnet: 1, access: 'symmetric' },
  { name: 'sym2', subnet: 4, access: 'symmetric' },
  { name: 'out1', subnet: 2, access: 'outbound-only' },
  { name: 'out2', subnet: 3, access: 'outbound-only' }
]
