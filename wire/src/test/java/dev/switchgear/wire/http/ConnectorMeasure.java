package dev.switchgear.wire.http;

import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.time.SystemTime;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.egress.EgressGuard;
import dev.switchgear.wire.egress.EgressRules;
import dev.switchgear.wire.egress.Resolver;
import dev.switchgear.wire.stream.EventLimits;
import dev.switchgear.wire.stream.EventReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// Processor time of the connector alone, against an upstream in another process. Not a test: run by
/// hand on one core, `taskset -c 0 java … ConnectorMeasure <port> <plain|stream> <threads> <seconds>`.
/// The upstream answers `/plain` with a small body and `/stream` with an event stream.
final class ConnectorMeasure {
    private ConnectorMeasure() {}

    public static void main(String[] arguments) throws Exception {
        String authority = "127.0.0.1:" + Integer.parseInt(arguments[0]);
        boolean stream = arguments[1].equals("stream");
        int threads = Integer.parseInt(arguments[2]);
        var time = new SystemTime();
        var guard = new EgressGuard(EgressRules.allowing(authority), Resolver.system());
        try (var connector = new Connector(guard, ConnectorSettings.DEFAULT, time)) {
            Endpoint endpoint = Endpoint.parse("http://" + authority);
            var request =
                    new OutgoingRequest(
                            "POST",
                            stream ? "/stream" : "/plain",
                            Headers.of(
                                    "authorization",
                                    "Bearer sk-0123456789",
                                    "content-type",
                                    "application/json",
                                    "accept",
                                    "*/*"),
                            new byte[500]);
            for (int round = 0; round < 4; round++) {
                long end =
                        time.nanos() + Duration.ofSeconds(Long.parseLong(arguments[3])).toNanos();
                var counts = new long[threads][2];
                long ticksBefore = ticks();
                long from = time.nanos();
                var done = new CountDownLatch(threads);
                for (int i = 0; i < threads; i++) {
                    long[] count = counts[i];
                    Thread.startVirtualThread(() -> {
                        try {
                            while (time.nanos() < end) {
                                try (Exchange exchange =
                                        connector.send(
                                                endpoint,
                                                "key",
                                                request,
                                                Timeouts.DEFAULT,
                                                Deadline.in(Duration.ofSeconds(60), time))) {
                                    count[1] += stream ? events(exchange) : plain(exchange);
                                }
                                count[0]++;
                            }
                        } catch (WireException e) {
                            System.err.println(e.kind() + " " + e.getMessage());
                        } finally {
                            done.countDown();
                        }
                    });
                }
                done.await();
                double seconds = (time.nanos() - from) / 1e9;
                double cpuMicros = (ticks() - ticksBefore) * 10_000.0;
                long requests = 0;
                long units = 0;
                for (long[] count : counts) {
                    requests += count[0];
                    units += count[1];
                }
                System.out.printf(
                        "%,.0f requests/s, %.1f us processor a request, %.2f us a unit (%d)%n",
                        requests / seconds, cpuMicros / requests, cpuMicros / units, units);
            }
        }
    }

    private static long plain(Exchange exchange) throws WireException {
        exchange.readAll(100_000);
        return 1;
    }

    private static long events(Exchange exchange) throws WireException {
        exchange.waitAtMost(Duration.ofSeconds(30));
        var events = new EventReader(exchange, EventLimits.DEFAULT);
        long count = 0;
        while (events.next()) {
            count++;
        }
        return count;
    }

    /// User and system time of this process in the kernel's own accounting, 10 ms each.
    private static long ticks() throws java.io.IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
}
