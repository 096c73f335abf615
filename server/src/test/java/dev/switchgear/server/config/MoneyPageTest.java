package dev.switchgear.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.model.Catalogue;
import dev.switchgear.families.llm.model.InvalidCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MoneyPageTest {
    @Test
    void what_the_page_on_money_shows_can_be_used() throws IOException, InvalidCatalogue {
        String page =
                Files.readString(Path.of(System.getProperty("switchgear.root"), "docs/money.md"));
        List<String> examples =
                Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                        .matcher(page)
                        .results()
                        .map(found -> found.group(1))
                        .toList();

        assertThat(examples).hasSize(5);
        for (String example : examples) {
            if (example.contains("models:")) {
                assertThat(Catalogue.read("docs", example).providers()).isNotEmpty();
            } else {
                Loaded loaded = ConfigLoader.parse("docs", example, Map.of("OPENAI_API_KEY", "a"));
                assertThat(loaded.config()).as(loaded.problems().toString()).isPresent();
            }
        }
    }
}
