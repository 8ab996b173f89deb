import test from 'ava'
import { Internet } from './harness/internet.ts'
import { whatIsMissing } from './harness/missing.ts'
import { startAgent } from './harness/start-agent.ts'

const missing = await whatIsMissing()

const SENT = 5000
const ENDS = 10

if (missing === null) {
  test.serial('should lose one packet of a hundred on the long way, and count it', async (t) => {
    const internet = await Internet.build({
      hosts: [
        { name: 'a', subnet: 1, access: 'public' },
        { name: 'b', subnet: 2, access: 'public' },
        { name: 'c', subnet: 2, access: 'public' }
      ],
      delayMs: 50,
      lossPerMille: 10
    })
    t.teardown(() => internet.close())
    const [a, b, c] = internet.hosts.map(startAgent)
    await a!.ask('bind', { port: 6000 })
    await b!.ask('bind', { port: 6000 })
    await c!.ask('bind', { port: 6000 })
    const to = { host: internet.host('b').outer, port: 6000 }
    await a!.ask('post', { from: 6000, to, word: 'far', count: SENT })
    await c!.ask('post', { from: 6000, to, word: 'near', count: SENT })
    // Any of them may be lost itself.
    await a!.ask('post', { from: 6000, to, word: 'end', count: ENDS })
    const letters = await b!.ask('mail', { port: 6000, until: 'end' })
    const far = letters.filter(({ word }) => word.startsWith('far')).length
    const near = letters.filter(({ word }) => word.startsWith('near')).length
    t.log(`${SENT - far} of ${SENT} lost across, ${SENT - near} within`)
    t.is(near, SENT)
    // Binomial: 50 on average, standard deviation 7; six of them to either side.
    t.true(Math.abs(SENT - far - 50) <= 42)
    const beyond = (await internet.lost()) - (SENT - far)
    t.true(beyond >= 0 && beyond < ENDS, `${beyond}`)
  })
} else {
  test(`is left out: ${missing}`, (t) => t.pass())
}
