# What `cmake --install` lays down beside the programs: the package `Dateline` for clients in C++ (find_package(Dateline) gives
# Dateline::Messages and Dateline::Services) with the contract as .proto files and as a descriptor set (component `development`), and
# the database's migrations.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Dateline)
set(contract_dir ${CMAKE_INSTALL_DATADIR}/dateline/proto)

set(exported proto_messages)
if(DATELINE_GRPC)
  list(APPEND exported proto_services)
endif()
install(TARGETS ${exported} EXPORT DatelineTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(EXPORT DatelineTargets NAMESPACE Dateline:: DESTINATION ${package_dir} COMPONENT development)
install(DIRECTORY ${CMAKE_BINARY_DIR}/proto/gen/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
        FILES_MATCHING PATTERN "*.pb.h")

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/DatelineConfig.cmake.in ${CMAKE_BINARY_DIR}/DatelineConfig.cmake
                              INSTALL_DESTINATION ${package_dir} PATH_VARS CMAKE_INSTALL_DATADIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/DatelineConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/DatelineConfig.cmake ${CMAKE_BINARY_DIR}/DatelineConfigVersion.cmake DESTINATION ${package_dir}
        COMPONENT development)

install(DIRECTORY ${CMAKE_SOURCE_DIR}/proto/dateline DESTINATION ${contract_dir} COMPONENT development FILES_MATCHING PATTERN "*.proto")
get_directory_property(google_protos DIRECTORY ${CMAKE_SOURCE_DIR}/proto DEFINITION GOOGLE_PROTOS)
foreach(proto IN LISTS google_protos)
  get_filename_component(folder ${proto} DIRECTORY)
  install(FILES ${GOOGLEAPIS_DIR}/${proto} DESTINATION ${contract_dir}/${folder} COMPONENT development)
endforeach()
install(FILES ${CMAKE_BINARY_DIR}/proto/dateline.binpb DESTINATION ${CMAKE_INSTALL_DATADIR}/dateline COMPONENT development)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/deploy/postgres/migrations DESTINATION ${CMAKE_INSTALL_DATADIR}/dateline
        FILES_MATCHING PATTERN "*.sql")
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
