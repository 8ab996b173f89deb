/*
 * Holds back every packet that is routed into a TUN device for a fixed time, then gives it back to the kernel.
 * usage: delay DEVICE MILLISECONDS; says "ready" once the device is there, ends with its stdin.
 *
 * In C because the kernels this runs on may lack netem, Node cannot open a TUN device (that takes an ioctl), and
 * a proxy would end TCP connections, so that no hole could be punched through it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST = 65536, WAITING = 1 << 16 };

struct packet {
  struct timespec due;
  size_t length;
  unsigned char *bytes;
};

/* A ring, oldest first: all packets wait equally long. */
static struct packet ring[WAITING];
static size_t first, count;

static long long nanoseconds_until(struct timespec due) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (due.tv_sec - now.tv_sec) * 1000000000LL + (due.tv_nsec - now.tv_nsec);
}

static void keep(const unsigned char *bytes, size_t length, long milliseconds) {
  /* As a router whose queue is full. */
  if (count == WAITING) return;
  struct packet *packet = &ring[(first + count) % WAITING];
  packet->bytes = malloc(length);
  if (packet->bytes == NULL) return;
  memcpy(packet->bytes, bytes, length);
  packet->length = length;
  clock_gettime(CLOCK_MONOTONIC, &packet->due);
  long nanoseconds = packet->due.tv_nsec + milliseconds % 1000 * 1000000;
  packet->due.tv_sec += milliseconds / 1000 + nanoseconds / 1000000000;
  packet->due.tv_nsec = nanoseconds % 1000000000;
  count++;
}

static int open_device(const char *name) {
  int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (device < 0) return -1;
  struct ifreq request = {0};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  return ioctl(device, TUNSETIFF, &request) < 0 ? -1 : device;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  long milliseconds = strtol(argv[2], NULL, 10);
  int device = open_device(argv[1]);
  if (device < 0) {
    perror("delay: cannot open the device");
    return 1;
  }
  puts("ready");
  fflush(stdout);
  static unsigned char buffer[LONGEST];
  for (;;) {
    struct pollfd waits[] = {{.fd = device, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
    struct timespec patience, *wait = NULL;
    if (count > 0) {
      long long left = nanoseconds_until(ring[first].due);
      if (left < 0) left = 0;
      patience = (struct timespec){.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
      wait = &patience;
    }
    if (ppoll(waits, 2, wait, NULL) < 0 && errno != EINTR) return 1;
    if (waits[1].revents != 0 && read(0, buffer, 1) <= 0) return 0;
    ssize_t length;
    while ((length = read(device, buffer, LONGEST)) > 0) keep(buffer, (size_t)length, milliseconds);
    while (count > 0 && nanoseconds_until(ring[first].due) <= 0) {
      /* What the kernel refuses is lost, as on a line. */
      if (write(device, ring[first].bytes, ring[first].length) < 0 && errno == EBADFD) return 1;
      free(ring[first].bytes);
      first = (first + 1) % WAITING;
      count--;
    }
  }
}
