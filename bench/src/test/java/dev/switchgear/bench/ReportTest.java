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
                .contains("| added p50, µs | ≤ 200.0 | 220.00 | **no** |")
                .contains("| CPU per plain request, x nginx | ≤ 2.2 | 2.10 | yes |");
    }

    @Test
    void the_median_of_an_even_count_lies_between_the_two_in_the_middle() {
        assertThat(List.of(Report.median(new double[] {4, 1}), Report.median(new double[] {3})))
                .containsExactly(2.5, 3.0);
    }
}
