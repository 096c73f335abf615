package dev.switchgear.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReportTest {
    private final Report report =
            new Report(
                    Stream.of(
                                    "plain\t1\tnginx\tcpu_us\t10",
                                    "plain\t1\tswitchgear\tcpu_us\t20",
                                    "plain\t2\tnginx\tcpu_us\t30",
                                    "plain\t2\tswitchgear\tcpu_us\t90",
                                    "plain\t3\tnginx\tcpu_us\t10",
                                    "plain\t3\tswitchgear\tcpu_us\t21",
                                    "cold\t1\tswitchgear\tfirst_10s_us\t90",
                                    "cold\t1\tswitchgear\tsteady_us\t50",
                                    "plain\t1\tenvoy\tcpu_us\t40",
                                    "stream\t1\tenvoy\tcpu_us\t40",
                                    "stream\t1\tswitchgear\tcpu_us\t50",
                                    "failing\t1\tswitchgear\tanswered_percent\t99.5",
                                    "flat-keys\t1\tswitchgear@keys-one\tcpu_us\t40",
                                    "flat-keys\t1\tswitchgear@keys-many\tcpu_us\t42",
                                    "messages\t1\tswitchgear\tat_2_us\t40",
                                    "messages\t1\tswitchgear\tat_20_us\t58",
                                    "messages\t1\tswitchgear\tat_200_us\t598",
                                    "latency\t1\tdirect\tp50_us\t100",
                                    "latency\t1\tnginx\tp50_us\t150",
                                    "latency\t1\tswitchgear\tp50_us\t320")
                            .map(Report::sample)
                            .toList());

    @Test
    void a_ratio_is_taken_within_a_round_before_its_median() {
        assertThat(report.ratio("plain", "switchgear", "cpu_us", "nginx").orElseThrow())
                .isCloseTo(2.1, within(1e-9));
    }

    @Test
    void a_table_shows_median_and_range() {
        assertThat(report.markdown(Map.of()))
                .contains("| switchgear | – | – | 21.0 (20.0–90.0) | 2.10 |");
    }

    @Test
    void what_is_added_is_the_difference_to_the_direct_way_and_judged() {
        assertThat(report.markdown(Map.of()))
                .contains("| switchgear | 320 | 220 | 4.40 |")
                .contains("| CPU per plain request, x nginx | ≤ 1.50 | 2.10 | **no** |");
    }

    @Test
    void every_peer_of_a_run_is_one_to_be_cheaper_than() {
        assertThat(report.markdown(Map.of()))
                .contains("| CPU per plain request, x envoy | ≤ 1.00 | 0.50 | yes |")
                .contains("| CPU per streamed chunk, x envoy | ≤ 1.00 | 1.25 | **no** |");
    }

    @Test
    void what_a_start_costs_is_held_against_the_steady_state_of_the_same_process() {
        assertThat(report.markdown(Map.of()))
                .contains("| switchgear | 90.0 | 1.80 |")
                .contains("| CPU of the first 10 s, x steady | ≤ 2.00 | 1.80 | yes |");
    }

    @Test
    void many_of_something_are_held_against_one_of_it() {
        assertThat(report.markdown(Map.of()))
                .contains("| | CPU µs/request | x switchgear@keys-one |")
                .contains("| switchgear@keys-many | 42.0 | 1.05 |")
                .contains("| CPU with many keys, x one | ≤ 1.10 | 1.05 | yes |");
    }

    @Test
    void what_a_message_more_costs_is_told_from_each_size_to_the_next() {
        assertThat(report.markdown(Map.of()))
                .contains(
                        "| switchgear | 40.0 | 58.0 | 1,000.000 | 598.0 | 3,000.000 | – | – | – |");
    }

    @Test
    void what_clients_see_of_a_failing_upstream_has_a_table() {
        assertThat(report.markdown(Map.of()))
                .contains("## One of two upstreams always answers 500")
                .contains("| switchgear | 99.50 | – |");
    }

    @Test
    void the_median_of_an_even_count_lies_between_the_two_in_the_middle() {
        assertThat(List.of(Report.median(new double[] {4, 1}), Report.median(new double[] {3})))
                .containsExactly(2.5, 3.0);
    }
}
