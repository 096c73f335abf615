package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.names.SgCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ErrorCodesTest {
    private static final Pattern CODE = Pattern.compile("SG-[0-9]{4}");
    private static final Pattern HTTP_STATUS = Pattern.compile("\\b[45][0-9]{2}\\b");
    private static final Pattern CONSTANT =
            Pattern.compile("((?: {4}/// [^\\n]*\\n)+) {4}[A-Z_]+\\(([0-9]{4})[,)]");
    private static final Path ROOT = Path.of(System.getProperty("switchgear.root"));
    private static final Path SOURCES = ROOT.resolve("server/src/main/java");

    /// A row of the table in `docs/errors.md`.
    private record Row(String status, String meaning) {}

    @Test
    void every_code_is_explained_and_no_other() throws IOException {
        assertThat(List.copyOf(page().keySet()))
                .containsExactlyElementsOf(
                        Stream.of(SgCode.values()).map(SgCode::toString).toList());
    }

    @Test
    void what_a_code_means_is_said_on_the_page_as_in_the_program() throws IOException {
        Map<String, String> meant = new LinkedHashMap<>();
        Matcher constants =
                CONSTANT.matcher(
                        Files.readString(
                                SOURCES.resolve("dev/switchgear/server/names/SgCode.java")));
        while (constants.find()) {
            String text =
                    constants
                            .group(1)
                            .lines()
                            .map(line -> line.strip().substring("/// ".length()))
                            .collect(Collectors.joining(" "));
            meant.put("SG-" + constants.group(2), text);
        }

        Map<String, String> explained = new LinkedHashMap<>();
        page().forEach((code, row) -> explained.put(code, row.meaning()));
        assertThat(meant).hasSameSizeAs(SgCode.values()).isEqualTo(explained);
    }

    @Test
    void the_status_that_a_code_usually_goes_with_comes_first_on_the_page() throws IOException {
        Map<String, Row> page = page();

        for (SgCode code : SgCode.values()) {
            Matcher first = HTTP_STATUS.matcher(page.getOrDefault(code.toString(), NONE).status());
            int status = first.find() ? Integer.parseInt(first.group()) : 0;
            assertThat(status).as(code.toString()).isEqualTo(code.status().orElse(0));
        }
    }

    private static final Row NONE = new Row("", "");

    /// So the page, the program and its list of codes cannot drift apart.
    @Test
    void nothing_prints_a_code_of_its_own_making() throws IOException {
        var printed = new ArrayList<String>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
                Files.readAllLines(file).stream()
                        .filter(line -> !line.strip().startsWith("//"))
                        .filter(line -> CODE.matcher(line).find())
                        .forEach(line -> printed.add(file.getFileName() + ": " + line.strip()));
            }
        }

        assertThat(printed).isEmpty();
    }

    @Test
    void every_page_names_only_codes_that_exist() throws IOException {
        Set<String> named = new TreeSet<>();
        try (Stream<Path> pages = Files.walk(ROOT.resolve("docs"))) {
            for (Path file : pages.filter(file -> file.toString().endsWith(".md")).toList()) {
                Matcher codes = CODE.matcher(Files.readString(file));
                while (codes.find()) {
                    named.add(codes.group());
                }
            }
        }

        assertThat(named).isSubsetOf(Stream.of(SgCode.values()).map(SgCode::toString).toList());
    }

    private static Map<String, Row> page() throws IOException {
        Map<String, Row> rows = new LinkedHashMap<>();
        for (String line : Files.readAllLines(ROOT.resolve("docs/errors.md"))) {
            if (line.startsWith("| SG-")) {
                String[] cells = line.split("\\|", -1);
                rows.put(cells[1].strip(), new Row(cells[2].strip(), cells[3].strip()));
            }
        }
        return rows;
    }
}
