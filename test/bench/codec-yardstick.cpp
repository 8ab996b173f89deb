// Yardstick of codec.ts: top 1 % of a file of float32, exactly, by a histogram of 16 bits of the
// magnitude, as 8-bit values and gaps in bytes. Usage: codec-yardstick FILE RUNS
// Prints one line of JSON: milliseconds of each run of a pass that only reads, and of the code.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <vector>

using Words = std::vector<uint32_t>;

static const uint32_t magnitude = 0x7fffffff;

// The k-th largest magnitude's bits.
static uint32_t threshold(const Words& words, size_t k, Words& histogram, Words& candidates) {
  std::fill(histogram.begin(), histogram.end(), 0);
  for (uint32_t word : words) histogram[(word & magnitude) >> 15]++;
  size_t above = 0;
  uint32_t bin = histogram.size() - 1;
  while (above + histogram[bin] < k) above += histogram[bin--];
  candidates.clear();
  for (uint32_t word : words)
    if ((word & magnitude) >> 15 == bin) candidates.push_back(word & magnitude);
  const auto kth = candidates.begin() + (k - above - 1);
  std::nth_element(candidates.begin(), kth, candidates.end(), std::greater<uint32_t>());
  return *kth;
}

static float toFloat(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

// Gaps in seven bits a byte, then a byte for each value; returns the length.
static size_t code(const Words& words, size_t k, uint32_t least, Words& indices, std::vector<uint8_t>& out) {
  size_t count = 0;
  uint32_t largest = 0;
  for (size_t i = 0; i < words.size(); i++) {
    const uint32_t bits = words[i] & magnitude;
    if (bits < least) continue;
    if (count < k) indices[count++] = i;
    largest = std::max(largest, bits);
  }
  const float scale = 127 / toFloat(largest);
  size_t length = 0;
  uint32_t previous = 0;
  for (size_t j = 0; j < count; j++) {
    uint32_t gap = indices[j] - previous;
    previous = indices[j];
    for (; gap >= 128; gap >>= 7) out[length++] = gap | 128;
    out[length++] = gap;
  }
  for (size_t j = 0; j < count; j++) out[length++] = (int8_t)lrintf(toFloat(words[indices[j]]) * scale);
  return length;
}

template <class Work>
static void measure(const char* name, int runs, Work work) {
  printf("\"%s\":[", name);
  for (int run = -2; run < runs; run++) {
    const auto began = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
    if (run >= 0) printf("%s%.4f", run > 0 ? "," : "", took.count());
  }
  printf("]");
}

int main(int count, char** arguments) {
  if (count < 3) return 2;
  FILE* file = fopen(arguments[1], "rb");
  const int runs = atoi(arguments[2]);
  if (file == nullptr || fseek(file, 0, SEEK_END) != 0) return 1;
  Words words(ftell(file) / sizeof(uint32_t));
  rewind(file);
  if (fread(words.data(), sizeof(uint32_t), words.size(), file) != words.size()) return 1;

  const size_t k = words.size() / 100;
  Words histogram(1 << 16), candidates, indices(k);
  std::vector<uint8_t> out(6 * k);
  volatile uint32_t sink = 0;
  printf("{");
  measure("read", runs, [&] {
    uint32_t sum = 0;
    for (uint32_t word : words) sum += word & magnitude;
    sink = sum;
  });
  printf(",");
  measure("code", runs, [&] {
    sink = code(words, k, threshold(words, k, histogram, candidates), indices, out);
  });
  printf("}\n");
}
