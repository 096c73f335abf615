package dev.switchgear.server.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ForwardedExchangeTest {
    private record Before(HttpExchange forwarded) implements ForwardedExchange {}

    private record Asked(Method method, List<Object> arguments) {}

    static Stream<Method> methods() {
        return Arrays.stream(HttpExchange.class.getDeclaredMethods())
                .filter(method -> !method.isSynthetic());
    }

    /// Whatever an exchange can be asked one day is asked of the exchange that stands behind.
    @ParameterizedTest
    @MethodSource("methods")
    void everything_is_passed_on_with_what_it_says_and_answers(Method method) throws Exception {
        var asked = new ArrayList<Asked>();
        Object answer = answer(method.getReturnType());
        var behind =
                (HttpExchange)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {HttpExchange.class},
                                (_, called, arguments) -> {
                                    asked.add(new Asked(called, listed(arguments)));
                                    return answer;
                                });
        Object[] arguments =
                Arrays.stream(method.getParameterTypes())
                        .map(ForwardedExchangeTest::answer)
                        .toArray();

        Object got = method.invoke(new Before(behind), arguments);

        assertThat(got).isEqualTo(answer);
        assertThat(asked).containsExactly(new Asked(method, listed(arguments)));
    }

    private static List<Object> listed(Object @Nullable [] arguments) {
        return arguments == null ? List.of() : List.of(arguments);
    }

    // Of a proxy there is but one.
    @SuppressWarnings("ReferenceEquality")
    private static @Nullable Object answer(Class<?> type) {
        if (type == void.class) {
            return null;
        }
        if (type == String.class) {
            return "something";
        }
        if (type == boolean.class) {
            return true;
        }
        if (type == long.class) {
            return 7L;
        }
        if (type == byte[].class) {
            return new byte[] {1, 2};
        }
        if (type == Optional.class) {
            return Optional.of("present");
        }
        if (type == List.class) {
            return List.of("one", "two");
        }
        if (type == InetAddress.class) {
            return InetAddress.getLoopbackAddress();
        }
        if (type == ResponseHead.class) {
            return ResponseHead.of(200, "text/plain");
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[1];
        }
        return Proxy.newProxyInstance(
                ForwardedExchangeTest.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, called, arguments) ->
                        switch (called.getName()) {
                            case "equals" -> proxy == arguments[0];
                            case "hashCode" -> 1;
                            default -> "a " + type.getSimpleName();
                        });
    }
}
