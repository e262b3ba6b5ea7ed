package org.prunecl;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Each layer imports only those below it. */
@AnalyzeClasses(packages = "org.prunecl", importOptions = ImportOption.DoNotIncludeTests.class)
final class LayersTest {
  @ArchTest
  static final ArchRule each_layer_imports_only_those_below_it =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("cli")
          .definedBy("org.prunecl.cli..")
          .layer("report")
          .definedBy("org.prunecl.report..")
          .layer("lab")
          .definedBy("org.prunecl.lab..")
          .layer("prune")
          .definedBy("org.prunecl.prune..")
          .layer("nn")
          .definedBy("org.prunecl.nn..")
          .layer("data")
          .definedBy("org.prunecl.data..")
          .layer("io")
          .definedBy("org.prunecl.io..")
          .layer("ops")
          .definedBy("org.prunecl.ops..")
          .layer("opencl")
          .definedBy("org.prunecl.opencl..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("report")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("lab")
          .mayOnlyBeAccessedByLayers("cli", "report")
          .whereLayer("prune")
          .mayOnlyBeAccessedByLayers("cli", "report", "lab")
          .whereLayer("nn")
          .mayOnlyBeAccessedByLayers("cli", "report", "lab", "prune")
          .whereLayer("data")
          .mayOnlyBeAccessedByLayers("cli", "report", "lab", "prune", "nn")
          .whereLayer("io")
          .mayOnlyBeAccessedByLayers("cli", "report", "lab", "prune", "nn")
          .whereLayer("ops")
          .mayOnlyBeAccessedByLayers("cli", "report", "lab", "prune", "nn")
          .whereLayer("opencl")
          .mayOnlyBeAccessedByLayers("cli", "report", "lab", "prune", "nn", "ops");

  @ArchTest
  static final ArchRule only_the_opencl_layer_imports_jocl =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.prunecl.opencl..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.jocl..");

  @ArchTest
  static final ArchRule networks_know_nothing_of_datasets_and_files =
      noClasses()
          .that()
          .resideInAnyPackage("org.prunecl.nn..", "org.prunecl.prune..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.prunecl.data..", "org.prunecl.io..");
}
