import test from 'ava'
import { Attention } from '../../../../src/network/guard/attention.ts'
import { PULSE_TIMES, Pulse } from '../../../../src/network/guard/pulse.ts'

const { every, silence, least, most, slowest } = PULSE_TIMES

/** A ping a second that is answered after so long. */
const trained = (...rtts: readonly number[]): { pulse: Pulse; now: number } => {
  const pulse = new Pulse(0)
  let now = 0
  for (const rtt of rtts) {
    pulse.asked(now)
    pulse.answered(now + rtt)
    now += 20_000
  }
  return { pulse, now }
}

test('should ask at the first silence where a link is at stake, and now and then elsewhere', (t) => {
  const pulse = new Pulse(0)
  t.is(pulse.verdict(silence - 1, true), 'fine')
  t.is(pulse.verdict(silence, true), 'ask')
  t.is(pulse.verdict(silence, false), 'fine')
  t.is(pulse.verdict(every, false), 'ask')
  pulse.heard(silence)
  t.is(pulse.verdict(2 * silence - 1, true), 'fine')
})

test('should give up a connection that brings nothing, and no other', (t) => {
  const pulse = new Pulse(0)
  pulse.asked(silence)
  t.is(pulse.verdict(silence + least - 1, true), 'fine')
  t.is(pulse.verdict(silence + least, true), 'dead')
  // Any byte is a sign of life.
  pulse.heard(silence + least)
  t.is(pulse.verdict(silence + 2 * least - 1, true), 'fine')
  t.is(pulse.verdict(silence + 2 * least, true), 'dead')
})

test('should give up in the end one that sends and answers no ping', (t) => {
  const pulse = new Pulse(0)
  pulse.asked(0)
  for (let now = 0; now < most; now += 1000) {
    pulse.heard(now)
    t.is(pulse.verdict(now, true), 'fine')
  }
  pulse.heard(most)
  t.is(pulse.verdict(most, true), 'dead')
})

test('should wait as RFC 6298 has it for a peer that is slow to answer', (t) => {
  // By hand: srtt 4000, var 2000; then var += (2000 - 2000) / 4, srtt += 2000 / 8.
  const { pulse } = trained(4000, 6000)
  t.is(pulse.srtt, 4250)
  t.is(pulse.deadline, 4250 + 8 * 2000)
  const steady = trained(...new Array<number>(40).fill(4000)).pulse
  t.is(steady.srtt, 4000)
  t.is(steady.deadline, least)
})

test('should wait for what was sent before the ping, at the slowest rate, or what it has seen', (t) => {
  const pulse = new Pulse(0)
  pulse.sent(10 * slowest)
  pulse.asked(0)
  t.is(pulse.deadline, least + 10_000)
  pulse.sent(10 * slowest)
  t.is(pulse.deadline, least + 10_000)
  // Ten seconds' worth in one: a quarter of that rate is believed from now on.
  pulse.answered(1000)
  pulse.sent(10 * slowest)
  pulse.asked(20_000)
  const rate = (10 * slowest) / 4
  // One answer in 1000 ms: var 500.
  t.is(pulse.deadline, Math.max(least, 1000 + 8 * 500) + (10 * slowest * 1000) / rate)
})

test('should never wait for longer than the longest, whatever has been sent', (t) => {
  const pulse = new Pulse(0)
  pulse.sent(1000 * slowest)
  pulse.asked(0)
  t.is(pulse.deadline, most)
})

test('a ping that could not be sent should prove nothing', (t) => {
  const pulse = new Pulse(0)
  pulse.asked(0)
  pulse.cancelled(least - 1)
  t.is(pulse.verdict(least, true), 'ask')
  t.is(pulse.srtt, null)
})

test('time should stand still for a peer that is held up', (t) => {
  const attention = new Attention(1000, 0)
  attention.look(1000)
  attention.look(2000)
  t.is(attention.at(2000), 2000)
  t.is(attention.at(2700), 2700)
  // Frozen for an hour.
  t.is(attention.at(3_600_000), 3500)
  attention.look(3_600_000)
  t.is(attention.at(3_600_000), 3500)
  t.is(attention.at(3_600_400), 3900)
  // A clock that goes back.
  t.is(attention.at(3_500_000), 3500)
})

test('a peer that was frozen should give up nobody that has spoken since', (t) => {
  const attention = new Attention(1000, 0)
  const pulse = new Pulse(0)
  pulse.asked(attention.at(0))
  attention.look(3_600_000)
  t.is(pulse.verdict(attention.at(3_600_000), true), 'fine')
  pulse.answered(attention.at(3_600_010))
  t.is(pulse.verdict(attention.at(3_600_010), true), 'fine')
})
