package dev.backstay.gateway;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The program that lets addresses, routes and preshared keys follow clients, with real clients that
 * change their keys. Slow, because it counts what is lost on the way, which a busy machine adds to.
 */
@Tag("slow")
class FollowProgramTest {
  private final CaseRunner runner = new CaseRunner("follow-cases");

  @TestFactory
  Stream<DynamicTest> whateverAClientUsesIsFollowed() throws Exception {
    return runner.cases(List.of("dash", "busybox"), name -> true, 4);
  }
}
