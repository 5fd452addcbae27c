package dev.backstay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** The house of docs/ARCHITECTURE.md: an arrow means "may use", and nothing points upward. */
@AnalyzeClasses(packages = "dev.backstay", importOptions = ImportOption.DoNotIncludeTests.class)
final class HouseTest {
  @ArchTest
  static final ArchRule arrows_point_downward =
      Architectures.layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("doors")
          .definedBy("dev.backstay.cli..")
          .layer("report, notify")
          .definedBy("dev.backstay.report..", "dev.backstay.notify..")
          .layer("jobs")
          .definedBy("dev.backstay.drill..", "dev.backstay.simulation..")
          .layer("rollout")
          .definedBy("dev.backstay.rollout..")
          .layer("transaction")
          .definedBy("dev.backstay.transaction..")
          .layer("change, health, snapshot")
          .definedBy("dev.backstay.change..", "dev.backstay.health..", "dev.backstay.snapshot..")
          .layer("gateway")
          .definedBy("dev.backstay.gateway..")
          .layer("probe, crowd")
          .definedBy("dev.backstay.probe..", "dev.backstay.crowd..")
          .layer("lab")
          .definedBy("dev.backstay.lab..")
          .layer("inventory, playbook, knowngood, regression")
          .definedBy(
              "dev.backstay.inventory..",
              "dev.backstay.playbook..",
              "dev.backstay.knowngood..",
              "dev.backstay.regression..")
          .layer("ssh")
          .definedBy("dev.backstay.ssh..")
          .layer("document")
          .definedBy("dev.backstay.document..")
          .layer("hsm, process")
          .definedBy("dev.backstay.hsm..", "dev.backstay.process..")
          .whereLayer("doors")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("report, notify")
          .mayOnlyBeAccessedByLayers("doors")
          .whereLayer("jobs")
          .mayOnlyBeAccessedByLayers("doors")
          .whereLayer("rollout")
          .mayOnlyBeAccessedByLayers("doors", "report, notify", "jobs")
          .whereLayer("transaction")
          .mayOnlyBeAccessedByLayers("doors", "report, notify", "jobs", "rollout")
          .whereLayer("change, health, snapshot")
          .mayOnlyBeAccessedByLayers("doors", "jobs", "rollout", "transaction")
          .whereLayer("gateway")
          .mayOnlyBeAccessedByLayers(
              "doors", "jobs", "rollout", "transaction", "change, health, snapshot")
          .whereLayer("probe, crowd")
          .mayOnlyBeAccessedByLayers(
              "doors", "jobs", "rollout", "transaction", "change, health, snapshot")
          .whereLayer("lab")
          .mayOnlyBeAccessedByLayers("doors", "jobs")
          .whereLayer("document")
          .mayOnlyBeAccessedByLayers("report, notify", "inventory, playbook, knowngood, regression")
          .whereLayer("hsm, process")
          .mayOnlyBeAccessedByLayers("doors");

  @ArchTest
  static final ArchRule no_cycles =
      slices().matching("dev.backstay.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule change_health_and_snapshot_stand_side_by_side =
      slices().matching("dev.backstay.(change|health|snapshot)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule the_ssh_library_stays_behind_its_port =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.backstay.ssh..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.sshd..");

  @ArchTest
  static final ArchRule git_and_age_stay_in_the_vault =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.backstay.snapshot..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.eclipse.jgit..", "com.exceptionfactory.jagged..");

  @ArchTest
  static final ArchRule the_vault_knows_no_token_no_terminal_and_no_environment =
      noClasses()
          .that()
          .resideInAnyPackage("dev.backstay.snapshot..")
          .and()
          // Who runs the controller, by the words that Git itself goes by.
          .doNotHaveSimpleName("Author")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.backstay.hsm..", "dev.backstay.process..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.Console")
          .orShould()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getenv", String.class);

  @ArchTest
  static final ArchRule problem_time_and_wireguard_use_nothing_of_ours =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.backstay.problem..", "dev.backstay.time..", "dev.backstay.wireguard..")
          .should()
          .dependOnClassesThat(areOursOutsideOf("problem", "time", "wireguard"));

  @ArchTest
  static final ArchRule clients_know_a_gateway_by_what_it_answers_alone =
      noClasses()
          .that()
          .resideInAnyPackage("dev.backstay.probe..", "dev.backstay.crowd..")
          .should()
          .dependOnClassesThat(areOursOutsideOf("probe", "crowd", "problem", "time", "wireguard"));

  /** What is said when must not depend on sockets, so that it can be told in virtual time. */
  @ArchTest
  static final ArchRule few_classes_of_clients_do_io =
      noClasses()
          .that()
          .resideInAnyPackage("dev.backstay.probe..", "dev.backstay.crowd..")
          .and()
          .doNotHaveSimpleName("Wire")
          .and()
          .doNotHaveSimpleName("KeptTimestamps")
          .and()
          .doNotHaveSimpleName("ProbePeers")
          .and()
          .haveNameNotMatching(".*\\.Crowd(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.nio.channels..");

  private static DescribedPredicate<JavaClass> areOursOutsideOf(String... packages) {
    return new DescribedPredicate<>("are in another package of Backstay") {
      @Override
      public boolean test(JavaClass used) {
        String name = used.getPackageName();
        return name.startsWith("dev.backstay")
            && Arrays.stream(packages).noneMatch(one -> name.startsWith("dev.backstay." + one));
      }
    };
  }

  /** Otherwise a simulated world would wait for a real second, or for ever. */
  @ArchTest
  static final ArchRule transactions_and_rollouts_wait_through_the_port_for_time =
      noClasses()
          .that()
          .resideInAnyPackage("dev.backstay.transaction..", "dev.backstay.rollout..")
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(Thread.class, "sleep", Duration.class)
          .orShould()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .dependOnClassesThat(
              JavaClass.Predicates.belongToAnyOf(
                  ExecutorService.class, BlockingQueue.class, Future.class, CountDownLatch.class));
}
