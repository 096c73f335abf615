package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ErrorCodesTest {
    private static final Pattern CODE = Pattern.compile("SG-[0-9]{4}");
    private static final Path ROOT = Path.of(System.getProperty("switchgear.root"));

    @Test
    void every_code_that_the_program_can_print_is_explained_and_no_other() throws IOException {
        Set<String> printed = new TreeSet<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve("server/src/main/java"))) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .forEach(file -> printed.addAll(codes(file)));
        }

        assertThat(codes(ROOT.resolve("docs/errors.md"))).isEqualTo(printed);
    }

    private static Set<String> codes(Path file) {
        var codes = new TreeSet<String>();
        try {
            var matcher = CODE.matcher(Files.readString(file));
            while (matcher.find()) {
                codes.add(matcher.group());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return codes;
    }
}
